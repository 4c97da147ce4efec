//! The identity of the data folder. Single-instance and keyring names are derived from it, so it must be the same for
//! all spellings of a path: with a trailing slash, with `..`, or through symbolic links.

use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

/// The names that belong to one data folder.
pub(crate) struct FolderNames {
    real: String,
    /// Derived from the path as it was given, if that differs.
    given: Option<String>,
}

impl FolderNames {
    /// `folder` is absolute. It need not exist.
    pub(crate) fn of(folder: &Path) -> Self {
        let (real, given) = (hash(&real_path(folder)), hash(folder));
        Self { given: (given != real).then_some(given), real }
    }

    /// The single-instance name: one running app per data folder.
    pub(crate) fn instance(&self) -> String {
        format!("app.lapel.desktop.i{}", self.real)
    }

    /// The service name of the app's keyring entries, different for each data folder.
    pub(crate) fn keyring_service(&self) -> String {
        service(&self.real)
    }

    /// The service name under which earlier versions stored the entries of a folder that is given by another path than
    /// its real one.
    pub(crate) fn former_keyring_service(&self) -> Option<String> {
        self.given.as_deref().map(service)
    }
}

fn service(hash: &str) -> String {
    format!("Lapel {hash}")
}

fn hash(folder: &Path) -> String {
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The path without symbolic links, `..` and trailing slashes. Parts that do not exist yet stay as they are, so the
/// result does not change when the folder is created.
fn real_path(folder: &Path) -> PathBuf {
    let mut real = PathBuf::new();
    for component in folder.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(real.pop()),
            part => {
                real.push(part);
                if let Ok(resolved) = real.canonicalize() {
                    real = resolved;
                }
            }
        }
    }
    real
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn all_spellings_of_a_folder_have_the_same_names_before_and_after_it_is_created() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        fs::create_dir(root.join("parent")).unwrap();
        symlink(root.join("parent"), root.join("link-to-parent")).unwrap();
        let spellings = ["parent/d", "parent/d/", "parent/./d", "parent//d", "parent/d/../d", "link-to-parent/d"];
        let names = |spelling: &str| FolderNames::of(Path::new(&format!("{}/{spelling}", root.display())));
        let expected = names("parent/d");
        let check = |spelling: &str| {
            let found = names(spelling);
            assert_eq!(found.instance(), expected.instance(), "{spelling}");
            assert_eq!(found.keyring_service(), expected.keyring_service(), "{spelling}");
        };
        spellings.into_iter().for_each(check);
        fs::create_dir(root.join("parent/d")).unwrap();
        spellings.into_iter().for_each(check);
        symlink(root.join("parent/d"), root.join("link")).unwrap();
        check("link");
        assert_ne!(names("parent").instance(), expected.instance());
        assert_ne!(names("parent/e").keyring_service(), expected.keyring_service());
    }

    #[test]
    fn a_real_path_has_no_former_name_and_keeps_the_one_that_it_always_had() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let names = FolderNames::of(&root);
        assert_eq!(names.former_keyring_service(), None);
        assert_eq!(names.keyring_service(), format!("Lapel {}", hash(&root)));
    }

    #[test]
    fn another_spelling_keeps_its_former_name() {
        let root = tempfile::tempdir().unwrap();
        let given = PathBuf::from(format!("{}/", root.path().canonicalize().unwrap().display()));
        assert_eq!(FolderNames::of(&given).former_keyring_service(), Some(format!("Lapel {}", hash(&given))));
    }
}
