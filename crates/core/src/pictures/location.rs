//! Where a dropped or pasted picture is, read from the lists of addresses that other programs hand over. Opening it does not
//! belong here.

use std::path::PathBuf;

use url::Url;

/// Where a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureLocation {
    /// A file of this computer.
    File(PathBuf),
    /// An address of the web.
    Address(String),
}

impl PictureLocation {
    /// The first usable address of a list, one a line: `text/uri-list` (RFC 2483, with `#` before comments), or a file manager's
    /// list, which starts with `copy` or `cut`. `host_name` is the name of this computer, which may stand in the addresses of its
    /// files (RFC 8089).
    pub fn first_in(list: &str, host_name: &str) -> Option<Self> {
        let lines = list.split(['\n', '\r', '\0']).map(str::trim);
        lines.filter(|line| !line.starts_with('#')).find_map(|line| Self::parse(line, host_name))
    }

    fn parse(address: &str, host_name: &str) -> Option<Self> {
        let mut url = Url::parse(address).ok()?;
        match url.scheme() {
            "http" | "https" => Some(Self::Address(address.to_owned())),
            "file" => {
                if url.host_str().is_some_and(|host| is_this_computer(host, host_name)) {
                    url.set_host(Some("localhost")).ok()?;
                }
                url.to_file_path().ok().map(Self::File)
            }
            _ => None,
        }
    }
}

/// Whether the name is this computer's, with or without its domain.
fn is_this_computer(host: &str, host_name: &str) -> bool {
    let first_part = host_name.split('.').next().unwrap_or_default();
    [host_name, first_part].iter().any(|name| !name.is_empty() && host.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_in(list: &str) -> Option<PictureLocation> {
        PictureLocation::first_in(list, "Desk-7.example.org")
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_this_computer_is_found_in_every_spelling() {
        use std::os::unix::ffi::OsStrExt;

        let file = Some(PictureLocation::File("/tmp/my photo.png".into()));
        for address in [
            "file:///tmp/my%20photo.png",
            "file:/tmp/my%20photo.png",
            "FILE:///tmp/my%20photo.png",
            "file:///tmp/my photo.png",
            "file://localhost/tmp/my%20photo.png",
            "file://LOCALHOST/tmp/my%20photo.png",
            "file://desk-7.example.org/tmp/my%20photo.png",
            "file://Desk-7/tmp/my%20photo.png",
            "file:///tmp/my%20photo.png\r\n",
            "# a comment\r\nfile:///tmp/my%20photo.png\r\nfile:///tmp/other.png\r\n",
            "copy\nfile:///tmp/my%20photo.png",
            "cut\nfile:///tmp/my%20photo.png\0",
            "sftp://example.com/a.png\nfile:///tmp/my%20photo.png",
        ] {
            assert_eq!(first_in(address), file, "{address}");
        }
        let Some(PictureLocation::File(path)) = first_in("file:///tmp/%E9.png") else { panic!("no file") };
        assert_eq!(path.as_os_str().as_bytes(), b"/tmp/\xe9.png", "a name that is not valid Unicode");
    }

    #[test]
    fn an_address_of_the_web_stays_as_it_is() {
        for address in ["https://example.com/a%20b.png?c#d", "http://example.com/a.png", "HTTPS://example.com/a.png"] {
            assert_eq!(first_in(address), Some(PictureLocation::Address(address.to_owned())));
        }
    }

    #[test]
    fn anything_else_is_no_picture() {
        for list in [
            "",
            "\r\n",
            "words",
            "/tmp/a.png",
            "# file:///tmp/a.png",
            "copy",
            "trash:///a.png",
            "data:image/png;base64,AAAA",
        ] {
            assert_eq!(first_in(list), None, "{list}");
        }
        #[cfg(unix)]
        assert_eq!(first_in("file://elsewhere/tmp/a.png"), None, "a file of another computer");
        #[cfg(unix)]
        assert_eq!(PictureLocation::first_in("file://elsewhere/tmp/a.png", ""), None);
    }
}
