//! The archive of a user's own data: which files it has and how they are written.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use time::OffsetDateTime;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::account_data::AccountData;
use super::exported_edits::exported_edits;
use crate::kernel::error_reasons::ExportProblem;
use crate::views::DataTexts;

/// The longest text of the page that is written, in characters.
const MAX_TEXT: usize = 1000;

/// Writes the archive. `now` is the time of its files.
pub(super) fn write_archive(
    file: &mut File,
    data: &AccountData,
    texts: &DataTexts,
    now: i64,
) -> Result<(), ExportProblem> {
    let mut archive = Archive {
        zip: ZipWriter::new(BufWriter::new(file)),
        options: SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(0o600)
            .last_modified_time(date(now)),
        readme: shortened(&texts.title) + "\r\n",
    };
    if let Some(cached) = &data.profile {
        archive.add("profile.json", &json(&cached.profile)?, &texts.profile)?;
    }
    if let Some(picture) = &data.picture {
        archive.add(&format!("picture.{}", extension(&picture.mime)), &picture.bytes, &texts.picture)?;
    }
    if let Some(history) = &data.history {
        archive.add("history.csv", history, &texts.history)?;
    }
    let names: Vec<(&str, String)> = (1..)
        .zip(&data.local_pictures)
        .map(|(number, (id, picture))| (id.as_str(), format!("edit-picture-{number}.{}", extension(&picture.mime))))
        .collect();
    if let Some(edits) = exported_edits(data, &names) {
        archive.add("edits.json", &json(&edits)?, &texts.edits)?;
    }
    for ((_, name), (_, picture)) in names.iter().zip(&data.local_pictures) {
        archive.add(name, &picture.bytes, &texts.edit_pictures)?;
    }
    archive.finish()
}

struct Archive<'a> {
    zip: ZipWriter<BufWriter<&'a mut File>>,
    options: SimpleFileOptions,
    readme: String,
}

impl Archive<'_> {
    /// Adds a file, and says in the README what it is.
    fn add(&mut self, name: &str, bytes: &[u8], text: &str) -> Result<(), ExportProblem> {
        self.write(name, bytes)?;
        self.readme += &format!("\r\n{name}\r\n    {}\r\n", shortened(text));
        Ok(())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportProblem> {
        self.zip.start_file(name, self.options).map_err(io::Error::from)?;
        Ok(self.zip.write_all(bytes)?)
    }

    fn finish(mut self) -> Result<(), ExportProblem> {
        let readme = std::mem::take(&mut self.readme);
        self.write("README.txt", readme.as_bytes())?;
        Ok(self.zip.finish().map_err(io::Error::from)?.flush()?)
    }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, ExportProblem> {
    Ok(serde_json::to_vec_pretty(value).map_err(io::Error::from)?)
}

fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MAX_TEXT).collect()
}

/// The extension of a picture's file name.
fn extension(mime: &str) -> &'static str {
    match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "image/bmp" => "bmp",
        "image/tiff" => "tif",
        _ => "bin",
    }
}

/// The time of the files in the archive, in UTC; the earliest possible one if the clock is outside of the format's range.
fn date(millis: i64) -> DateTime {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok();
    let date = time.and_then(|time| {
        let year = u16::try_from(time.year()).ok()?;
        let (hour, minute, second) = time.to_hms();
        DateTime::from_date_and_time(year, time.month().into(), time.day(), hour, minute, second).ok()
    });
    date.unwrap_or_default()
}
