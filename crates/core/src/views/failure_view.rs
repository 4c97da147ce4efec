//! Turns the failures of the services into the error of the page: a code, an English message and details.

use lapel_api::{ApiError, ApiErrorKind, PictureFetchError};
use lapel_domain::Field;
use lapel_picture::PictureError;

use super::problem_words::{
    email_problem, endpoint_problem, fetch_problem, link_problem, list_problem, name_problem, password_problem,
    picture_problem, proxy_problem, tag_problem, team_denial_name, tls_problem, token_problem, user_denial_name,
};
use crate::kernel::error::{Failure, is_too_large, retry_after_seconds};
use crate::kernel::error_reasons::{ExportProblem, ListProblem, Misuse, PictureGone};
use crate::kernel::vault::VaultError;
use crate::views::{AppError, CertificateView, ErrorCode, ErrorDetails};

impl From<&Failure> for AppError {
    fn from(failure: &Failure) -> Self {
        let mut details = request(failure).map(request_details).unwrap_or_default();
        details.field = field(failure).map(Into::into);
        details.problem = problem(failure).map(str::to_owned);
        match failure {
            Failure::UnsentEdits { count } => details.count = i64::try_from(*count).ok(),
            Failure::InvalidServer(error) => {
                details.suggestion = error.suggestion.as_ref().map(lapel_api::Endpoint::key);
            }
            Failure::NotAList(ListProblem::Ambiguous { columns, .. }) => details.columns = Some(columns.clone()),
            _ => {}
        }
        Self { code: code(failure), message: failure.to_string(), details: Box::new(details) }
    }
}

impl From<Failure> for AppError {
    fn from(failure: Failure) -> Self {
        Self::from(&failure)
    }
}

fn code(failure: &Failure) -> ErrorCode {
    match failure {
        Failure::Api(error) | Failure::Upload(error) | Failure::NotChanged(error) => request_code(error),
        Failure::NotTheApi(_) => ErrorCode::Missing,
        Failure::TokenRefused(_) => ErrorCode::TokenRefused,
        Failure::WrongPassword(_) => ErrorCode::WrongPassword,
        Failure::PasswordUnknown(_) => ErrorCode::PasswordUnknown,
        Failure::LinkRefused(_) => ErrorCode::LinkRefused,
        Failure::AlreadyVerified(_) => ErrorCode::AlreadyVerified,
        Failure::TwoFactorKept(_) => ErrorCode::TwoFactorKept,
        Failure::UploadRefused(_) => ErrorCode::UploadRefused,
        Failure::UpdateBlocked(_) | Failure::UploadBlocked(_) => ErrorCode::RouteBlocked,
        Failure::TeamGone(_) => ErrorCode::TeamGone,
        Failure::RowGone(_) => ErrorCode::RowGone,
        Failure::NotConnected => ErrorCode::Network,
        Failure::StaysBusy => ErrorCode::Transient,
        Failure::OldResponse => ErrorCode::OlderProfile,
        Failure::UnexpectedNotModified => ErrorCode::Unreadable,
        Failure::OtherPerson => ErrorCode::OtherPerson,
        Failure::NotKept { .. } => ErrorCode::NotKept,
        Failure::KeepsChanging | Failure::RejectedAsChanged => ErrorCode::Changed,
        Failure::NotSignedIn | Failure::NoSession => ErrorCode::SignedOut,
        Failure::Cancelled(_) => ErrorCode::Cancelled,
        Failure::SavingDisabled => ErrorCode::SavingDisabled,
        Failure::Store(_) => ErrorCode::StorageFailed,
        Failure::UnsentEdits { .. } => ErrorCode::UnsentEdits,
        Failure::KeyringLocked => ErrorCode::KeyringLocked,
        Failure::KeyringAbsent => ErrorCode::KeyringAbsent,
        Failure::KeyringAmbiguous => ErrorCode::KeyringAmbiguous,
        Failure::KeyringNotSetUp => ErrorCode::KeyringNotSetUp,
        Failure::TokenLeft(VaultError::Ambiguous) => ErrorCode::TokenAmbiguous,
        Failure::TokenLeft(_) => ErrorCode::TokenLeft,
        Failure::SandboxFailed(_) => ErrorCode::SandboxFailed,
        Failure::InvalidServer(_) => ErrorCode::InvalidServer,
        Failure::InvalidEmail(_) => ErrorCode::InvalidEmail,
        Failure::InvalidPassword(_) => ErrorCode::InvalidPassword,
        Failure::InvalidNewPassword(_) => ErrorCode::InvalidNewPassword,
        Failure::InvalidLink(_) => ErrorCode::InvalidLink,
        Failure::InvalidCode => ErrorCode::InvalidCode,
        Failure::InvalidToken(_) => ErrorCode::InvalidToken,
        Failure::InvalidName { .. } => ErrorCode::InvalidName,
        Failure::LanguageNotOffered(_) => ErrorCode::LanguageNotOffered,
        Failure::InvalidPictureUrl(_) => ErrorCode::InvalidPictureUrl,
        Failure::PictureFetch(error) => fetch_code(*error),
        Failure::Picture(error) => picture_code(error),
        Failure::RemotePicturesOff => ErrorCode::RemotePicturesOff,
        Failure::PictureGone(_) => ErrorCode::PictureGone,
        Failure::NotAFile => ErrorCode::NotAPicture,
        Failure::UserRoleDenied(_) | Failure::TeamRoleDenied(_) => ErrorCode::RoleNotAllowed,
        Failure::NoUserRole | Failure::OwnRoleDenied(_) => ErrorCode::RoleNotAllowed,
        Failure::RoleMoved(_) => ErrorCode::RoleMoved,
        Failure::InvalidTag(_) => ErrorCode::InvalidTag,
        Failure::TagsDenied => ErrorCode::TagsNotAllowed,
        Failure::TagsMoved => ErrorCode::TagsMoved,
        Failure::PersonMoved { .. } => ErrorCode::PersonMoved,
        Failure::OnlyAdmins => ErrorCode::Forbidden,
        Failure::OwnLanguageNeeded => ErrorCode::OwnLanguageNeeded,
        Failure::RoleNotSent(_) => ErrorCode::RoleNotSent,
        Failure::LanguageNeeded { .. } => ErrorCode::LanguageNeeded,
        Failure::NotAList(_) => ErrorCode::NotAList,
        Failure::TeamNotRead => ErrorCode::TeamNotRead,
        Failure::BatchRunning => ErrorCode::BatchRunning,
        Failure::Export(_) => ErrorCode::ExportFailed,
        Failure::FolderNotShown(_) => ErrorCode::FolderNotShown,
        Failure::PageNotOpened(_) => ErrorCode::PageNotOpened,
        Failure::NotCopied(_) => ErrorCode::NotCopied,
        Failure::PictureProcess(_) | Failure::Misuse(_) | Failure::Internal { .. } => ErrorCode::Internal,
    }
}

fn request_code(error: &ApiError) -> ErrorCode {
    match error.kind {
        ApiErrorKind::Network => ErrorCode::Network,
        ApiErrorKind::UnknownServer => ErrorCode::UnknownServer,
        ApiErrorKind::Tls(_) => ErrorCode::Tls,
        ApiErrorKind::Proxy(_) => ErrorCode::Proxy,
        ApiErrorKind::Transient => ErrorCode::Transient,
        ApiErrorKind::SignedOut => ErrorCode::SignedOut,
        ApiErrorKind::WrongCredentials => ErrorCode::WrongCredentials,
        ApiErrorKind::TwoFactorRequired => ErrorCode::TwoFactorRequired,
        ApiErrorKind::TwoFactorWrong => ErrorCode::TwoFactorWrong,
        ApiErrorKind::TooSoon => ErrorCode::TooSoon,
        ApiErrorKind::WeakPassword => ErrorCode::WeakPassword,
        ApiErrorKind::Forbidden => ErrorCode::Forbidden,
        ApiErrorKind::Missing { known: true } => ErrorCode::PersonGone,
        ApiErrorKind::Missing { known: false } => ErrorCode::Missing,
        ApiErrorKind::Changed => ErrorCode::Changed,
        ApiErrorKind::Rejected => ErrorCode::Rejected,
        ApiErrorKind::Redirected => ErrorCode::Redirected,
        // No response of the API is that large, so it comes from an intermediary (proxy, captive portal).
        ApiErrorKind::Intermediary | ApiErrorKind::TooLarge => ErrorCode::Intermediary,
        ApiErrorKind::Unreadable => ErrorCode::Unreadable,
    }
}

fn fetch_code(error: PictureFetchError) -> ErrorCode {
    match error {
        PictureFetchError::TooLarge => ErrorCode::PictureTooLarge,
        PictureFetchError::Address | PictureFetchError::NotPublic | PictureFetchError::Redirects => {
            ErrorCode::InvalidPictureUrl
        }
        PictureFetchError::Status(_) | PictureFetchError::Tls | PictureFetchError::Network => {
            ErrorCode::PictureNotFound
        }
    }
}

fn picture_code(error: &PictureError) -> ErrorCode {
    match error {
        PictureError::Empty | PictureError::NotAPicture | PictureError::Text => ErrorCode::NotAPicture,
        PictureError::Unsupported(_) => ErrorCode::UnsupportedPicture,
        PictureError::TooManyBytes { .. }
        | PictureError::TooWide { .. }
        | PictureError::TooManyPixels { .. }
        | PictureError::TooMuchMemory { .. }
        | PictureError::TooSlow => ErrorCode::PictureTooLarge,
        PictureError::Damaged(_) => ErrorCode::DamagedPicture,
        PictureError::NoSuchSquare => ErrorCode::Internal,
    }
}

/// The field that a failure is about.
fn field(failure: &Failure) -> Option<Field> {
    match failure {
        Failure::NotKept { field } | Failure::LanguageNeeded { field } | Failure::Internal { field, .. } => *field,
        Failure::InvalidName { field, .. } | Failure::PersonMoved { field } => Some(*field),
        Failure::LanguageNotOffered(_) | Failure::OwnLanguageNeeded => Some(Field::Language),
        Failure::PictureGone(PictureGone::UnknownId) => None,
        Failure::Upload(_) | Failure::UploadRefused(_) | Failure::UploadBlocked(_) => Some(Field::Picture),
        Failure::InvalidPictureUrl(_) | Failure::PictureFetch(_) | Failure::Picture(_) => Some(Field::Picture),
        Failure::RemotePicturesOff | Failure::PictureGone(_) | Failure::NotAFile => Some(Field::Picture),
        Failure::Misuse(Misuse::Color | Misuse::NoPictureFolder) => Some(Field::Picture),
        _ => None,
    }
}

/// The word for [`ErrorDetails::problem`].
fn problem(failure: &Failure) -> Option<&str> {
    match failure {
        Failure::UpdateBlocked(error) | Failure::UploadBlocked(error) if is_too_large(error.http_status) => {
            Some("size")
        }
        Failure::NotChanged(_) | Failure::RejectedAsChanged => Some("unchanged"),
        Failure::InvalidServer(error) => Some(endpoint_problem(error.reason)),
        Failure::InvalidEmail(error) => Some(email_problem(*error)),
        Failure::InvalidPassword(error) | Failure::InvalidNewPassword(error) => Some(password_problem(*error)),
        Failure::InvalidLink(error) => Some(link_problem(*error)),
        Failure::InvalidToken(error) => Some(token_problem(*error)),
        Failure::InvalidName { error, .. } => Some(name_problem(*error)),
        Failure::InvalidPictureUrl(lapel_domain::PictureUrlError::TooLong) => Some("tooLong"),
        Failure::PictureFetch(error) => fetch_problem(*error),
        Failure::Picture(error) => picture_problem(error),
        Failure::UserRoleDenied(denial) => Some(user_denial_name(*denial)),
        Failure::TeamRoleDenied(denial) => Some(team_denial_name(*denial)),
        Failure::NoUserRole => Some("pending"),
        Failure::RoleMoved(role) => Some(role),
        Failure::InvalidTag(error) => Some(tag_problem(*error)),
        Failure::RoleNotSent(role) => role.as_ref().map(lapel_domain::UserRole::as_str),
        Failure::NotAList(problem) => Some(list_problem(problem)),
        Failure::Export(ExportProblem::Full(_)) => Some("full"),
        Failure::Export(ExportProblem::Folder(_)) => Some("folder"),
        other => request(other).and_then(request_problem),
    }
}

/// The error of the request that caused a failure.
fn request(failure: &Failure) -> Option<&ApiError> {
    match failure {
        Failure::NotTheApi(error) | Failure::TokenRefused(error) | Failure::UploadRefused(error) => Some(error),
        Failure::UpdateBlocked(error) | Failure::UploadBlocked(error) | Failure::TeamGone(error) => Some(error),
        Failure::WrongPassword(error) | Failure::PasswordUnknown(error) | Failure::LinkRefused(error) => Some(error),
        Failure::AlreadyVerified(error) | Failure::TwoFactorKept(error) => error.as_ref(),
        Failure::RowGone(error) => error.as_ref(),
        other => other.request(),
    }
}

fn request_problem(error: &ApiError) -> Option<&'static str> {
    match error.kind {
        ApiErrorKind::Tls(fault) => Some(tls_problem(fault)),
        ApiErrorKind::Proxy(fault) => Some(proxy_problem(fault)),
        // An intermediary blocks the renewal of the session.
        ApiErrorKind::Intermediary if error.in_renewal => Some("renewal"),
        _ => None,
    }
}

fn request_details(error: &ApiError) -> ErrorDetails {
    ErrorDetails {
        server_code: error.code,
        server_message: error.server_message.clone(),
        retry_after: retry_after_seconds(error),
        http_status: error.http_status,
        host: error.host.clone(),
        certificate: error.certificate.as_deref().map(CertificateView::from),
        proxy: error.proxy.as_deref().map(str::to_owned),
        ..ErrorDetails::default()
    }
}

impl From<&lapel_api::Certificate> for CertificateView {
    fn from(certificate: &lapel_api::Certificate) -> Self {
        Self {
            subject: certificate.subject.clone(),
            names: certificate.names.clone(),
            issuer: certificate.issuer.clone(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        }
    }
}

#[cfg(test)]
mod tests;
