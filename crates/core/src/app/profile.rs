//! The signed-in person's own profile, and pictures.

use super::App;
use crate::pictures::{PictureLocation, Piece, ServedPicture};
use crate::views::{
    AppError, DataTexts, DraftValues, FoundPicture, Keep, ListSeparator, OpenedPicture, PictureCrop, PictureView,
    PreparedPicture, ProfileChanges, ProfileField, Revision, SavedFile, SeenConflict,
};

impl App {
    /// Stores what is typed and not saved yet.
    pub async fn keep_draft(&self, values: DraftValues) -> Result<Revision, AppError> {
        self.revision_after(self.services.profile.keep_draft(values).await)
    }

    /// Removes the draft.
    pub async fn drop_draft(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.profile.drop_draft().await)
    }

    /// Stores the changes as edits and starts sending them. When this returns, they are on the disk. After a failure, for
    /// example about a value that is not valid, nothing was stored.
    pub async fn save_profile(&self, changes: ProfileChanges) -> Result<Revision, AppError> {
        self.revision_after(self.services.profile.save(changes).await)
    }

    /// Resolves conflicts, all for the same side. A conflict whose values have changed since the person saw it stays.
    pub async fn resolve_edits(&self, conflicts: Vec<SeenConflict>, keep: Keep) -> Result<Revision, AppError> {
        self.revision_after(self.services.profile.resolve_edits(conflicts, keep).await)
    }

    /// Drops an edit. If its value may have arrived already, a follow-up edit restores the former value.
    pub async fn drop_edit(&self, field: ProfileField) -> Result<Revision, AppError> {
        self.revision_after(self.services.profile.drop_edit(field).await)
    }

    /// Sends a rejected edit again, unchanged.
    pub async fn send_again(&self, field: ProfileField) -> Result<Revision, AppError> {
        self.revision_after(self.services.profile.send_again(field).await)
    }

    /// Cancels the running upload. Its edit is removed and the former picture stays.
    pub fn cancel_upload(&self) -> Revision {
        self.services.sync.cancel_upload();
        self.revision()
    }

    /// Gives the signed-in person another user role, and returns after the server has confirmed it.
    pub async fn change_own_role(&self, role: &str) -> Result<Revision, AppError> {
        self.revision_after(self.services.sync.change_own_role(role).await)
    }

    /// Writes everything that this computer has about the active account into the folder for downloads, as one archive.
    ///
    /// Fails with [`crate::views::ErrorCode::ExportFailed`] if it cannot be written.
    pub async fn export_data(&self, texts: DataTexts, separator: ListSeparator) -> Result<SavedFile, AppError> {
        let history = self.services.team.history_file(separator).await?;
        Ok(self.services.profile.export_data(history, texts).await?)
    }

    /// Shows the archive that was exported last in the file manager.
    ///
    /// Fails with [`crate::views::ErrorCode::FolderNotShown`].
    pub async fn show_exported_data(&self) -> Result<(), AppError> {
        Ok(self.services.profile.show_exported().await?)
    }

    /// Fetches the picture of a typed URL, for a preview.
    pub async fn preview_picture_url(&self, typed: &str) -> Result<PictureView, AppError> {
        Ok(self.services.pictures.preview_url(typed).await?)
    }

    /// The picture of an opaque id, from this computer or fetched.
    ///
    /// Fails if there is no such picture, or if it cannot be fetched now.
    pub async fn picture(&self, id: &str) -> Result<ServedPicture, AppError> {
        Ok(self.services.pictures.picture(id).await?)
    }

    /// Opens the bytes of a file in the editor. The picture that was open is closed.
    ///
    /// Fails if the file is not a picture that Lapel can open.
    pub async fn open_picture(&self, file: &[u8]) -> Result<OpenedPicture, AppError> {
        Ok(self.services.pictures.open(file).await?)
    }

    /// Receives a piece of a file that will be opened.
    ///
    /// Fails if the piece does not continue the file, or if it cannot be written.
    pub async fn add_piece(&self, piece: Piece<'_>) -> Result<(), AppError> {
        Ok(self.services.pictures.add_piece(piece).await?)
    }

    /// Opens the file of which this is the last piece, or the only one.
    ///
    /// Fails like [`App::add_piece`] and [`App::open_picture`].
    pub async fn open_last_piece(&self, piece: Piece<'_>) -> Result<OpenedPicture, AppError> {
        Ok(self.services.pictures.open_last_piece(piece).await?)
    }

    /// Remembers what was dropped on the window; none if it is nothing that may be a picture.
    pub fn drop_picture(&self, location: Option<PictureLocation>) {
        self.services.pictures.drop_picture(location);
    }

    /// Opens what was dropped last.
    ///
    /// Fails like [`App::open_picture`], or if the file cannot be read.
    pub async fn open_dropped_picture(&self) -> Result<FoundPicture, AppError> {
        Ok(self.services.pictures.open_dropped().await?)
    }

    /// Opens a picture that the user has pasted.
    ///
    /// Fails like [`App::open_picture`], or if a file cannot be read.
    pub async fn open_pasted_picture(&self, location: PictureLocation) -> Result<FoundPicture, AppError> {
        Ok(self.services.pictures.open_location(location).await?)
    }

    /// Opens a picture that the page shows: the file that it was cropped from, with that crop, or else the picture itself.
    ///
    /// Fails like [`App::open_picture`], or if the picture cannot be fetched now.
    pub async fn reopen_picture(&self, id: &str) -> Result<OpenedPicture, AppError> {
        Ok(self.services.pictures.reopen(id).await?)
    }

    /// Renders a crop of the open picture, for a preview.
    ///
    /// Fails if the picture is no longer open, or if the crop lies outside of it.
    pub async fn render_picture(&self, id: &str, crop: &PictureCrop) -> Result<PictureView, AppError> {
        Ok(self.services.pictures.render(id, crop).await?)
    }

    /// Renders a crop of the open picture and stores it on this computer, for the form.
    ///
    /// Fails like [`App::render_picture`].
    pub async fn use_picture(&self, id: &str, crop: &PictureCrop) -> Result<PreparedPicture, AppError> {
        Ok(self.services.pictures.use_picture(id, crop).await?)
    }

    /// Closes the open picture, if it has this id.
    pub fn close_picture(&self, id: &str) {
        self.services.pictures.close(id);
    }
}
