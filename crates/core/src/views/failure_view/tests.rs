use std::io;
use std::sync::Arc;
use std::time::Duration;

use lapel_api::{AddressError, Certificate, Delivery, Endpoint, EndpointError, ProxyFault, TlsFault};
use lapel_domain::{
    EmailError, LanguageError, LinkError, NameError, PictureUrlError, RoleDenial, TagError, TeamRoleDenial, TokenError,
    UserRole,
};
use lapel_picture::Format;
use lapel_store::StoreError;
use serde_json::{Value, json};

use super::*;
use crate::kernel::connectivity::is_unreached;
use crate::kernel::error_reasons::{Cancellation, ColumnMeaning, ExportProblem, ListProblem, PasswordProblem};
use crate::kernel::vault::VaultError;

fn request(kind: ApiErrorKind) -> ApiError {
    ApiError::new(kind, Delivery::NotSent)
}

fn response(kind: ApiErrorKind, status: u16) -> ApiError {
    ApiError { http_status: Some(status), ..request(kind) }
}

fn io_error() -> Arc<io::Error> {
    Arc::new(io::Error::other("broken"))
}

fn check(failure: &Failure, code: &str, details: &Value) {
    let view = serde_json::to_value(AppError::from(failure)).unwrap_or_default();
    assert_eq!((view["code"].as_str(), &view["details"]), (Some(code), details), "{failure:?}");
    assert!(!failure.to_string().is_empty(), "{failure:?}");
}

/// Checks the code and the details of failures. The patterns must cover every variant, so a new variant does not
/// compile until it is listed here.
macro_rules! check_all {
    ($($pattern:pat => { $($failure:expr => $code:literal $details:tt),+ $(,)? })+) => {
        #[allow(clippy::match_single_binding, reason = "only checks that every variant is listed")]
        fn assert_every_variant_is_listed(failure: &Failure) {
            match failure { $($pattern => {})+ }
        }
        $($({
            let failure = $failure;
            assert_every_variant_is_listed(&failure);
            assert!(matches!(failure, $pattern), "listed in the wrong place: {failure:?}");
            check(&failure, $code, &json!($details));
        })+)+
    };
}

#[test]
fn every_failure_has_its_code_and_details() {
    use ApiErrorKind::{Forbidden, Intermediary, Missing, Rejected, SignedOut, TooLarge, Transient, WrongCredentials};
    let suggestion = Endpoint::parse("https://api.example.com/v1").ok();
    let in_renewal = ApiError { in_renewal: true, ..request(Intermediary) };
    check_all! {
        Failure::Api(_) => {
            request(ApiErrorKind::Network).into() => "network" {},
            request(ApiErrorKind::UnknownServer).into() => "unknownServer" {},
            request(ApiErrorKind::Tls(TlsFault::Expired)).into() => "tls" { "problem": "expired" },
            request(ApiErrorKind::Proxy(ProxyFault::Refused)).into() => "proxy" { "problem": "refused" },
            request(Transient).into() => "transient" {},
            request(Intermediary).into() => "intermediary" {},
            in_renewal.clone().into() => "intermediary" { "problem": "renewal" },
            request(TooLarge).into() => "intermediary" {},
            request(SignedOut).into() => "signedOut" {},
            request(WrongCredentials).into() => "wrongCredentials" {},
            request(ApiErrorKind::TwoFactorRequired).into() => "twoFactorRequired" {},
            request(ApiErrorKind::TwoFactorWrong).into() => "twoFactorWrong" {},
            request(ApiErrorKind::TooSoon).into() => "tooSoon" {},
            request(ApiErrorKind::WeakPassword).into() => "weakPassword" {},
            request(Forbidden).into() => "forbidden" {},
            request(Missing { known: true }).into() => "personGone" {},
            request(Missing { known: false }).into() => "missing" {},
            request(ApiErrorKind::Changed).into() => "changed" {},
            response(Rejected, 400).into() => "rejected" { "httpStatus": 400 },
            request(ApiErrorKind::Redirected).into() => "redirected" {},
            request(ApiErrorKind::Unreadable).into() => "unreadable" {},
        }
        Failure::Upload(_) => {
            Failure::Upload(response(Rejected, 400)) => "rejected" { "httpStatus": 400, "field": "picture" },
        }
        Failure::NotChanged(_) => {
            Failure::NotChanged(request(ApiErrorKind::Network)) => "network" { "problem": "unchanged" },
            Failure::NotChanged(response(Transient, 500)) => "transient" { "httpStatus": 500, "problem": "unchanged" },
        }
        Failure::NotTheApi(_) => {
            Failure::NotTheApi(response(Intermediary, 200)) => "missing" { "httpStatus": 200 },
        }
        Failure::TokenRefused(_) => {
            Failure::TokenRefused(response(SignedOut, 401)) => "tokenRefused" { "httpStatus": 401 },
        }
        Failure::WrongPassword(_) => {
            Failure::WrongPassword(response(WrongCredentials, 403)) => "wrongPassword" { "httpStatus": 403 },
        }
        Failure::PasswordUnknown(_) => {
            Failure::PasswordUnknown(request(ApiErrorKind::Network)) => "passwordUnknown" {},
            Failure::PasswordUnknown(response(Intermediary, 403)) => "passwordUnknown" { "httpStatus": 403 },
        }
        Failure::LinkRefused(_) => {
            Failure::LinkRefused(response(WrongCredentials, 403)) => "linkRefused" { "httpStatus": 403 },
        }
        Failure::AlreadyVerified(_) => {
            Failure::AlreadyVerified(None) => "alreadyVerified" {},
            Failure::AlreadyVerified(Some(response(Forbidden, 403))) => "alreadyVerified" { "httpStatus": 403 },
        }
        Failure::TwoFactorKept(_) => {
            Failure::TwoFactorKept(None) => "twoFactorKept" {},
            Failure::TwoFactorKept(Some(response(ApiErrorKind::TwoFactorWrong, 401)))
                => "twoFactorKept" { "httpStatus": 401 },
        }
        Failure::UploadRefused(_) => {
            Failure::UploadRefused(response(Forbidden, 403)) => "uploadRefused" { "httpStatus": 403, "field": "picture" },
        }
        Failure::UpdateBlocked(_) => {
            Failure::UpdateBlocked(response(Intermediary, 403)) => "routeBlocked" { "httpStatus": 403 },
            Failure::UpdateBlocked(response(Intermediary, 413)) => "routeBlocked" { "httpStatus": 413, "problem": "size" },
        }
        Failure::UploadBlocked(_) => {
            Failure::UploadBlocked(response(TooLarge, 200)) => "routeBlocked" { "httpStatus": 200, "field": "picture" },
            Failure::UploadBlocked(response(Intermediary, 431))
                => "routeBlocked" { "httpStatus": 431, "field": "picture", "problem": "size" },
        }
        Failure::TeamGone(_) => {
            Failure::TeamGone(response(Missing { known: true }, 404)) => "teamGone" { "httpStatus": 404 },
        }
        Failure::RowGone(_) => {
            Failure::RowGone(None) => "rowGone" {},
            Failure::RowGone(Some(response(Missing { known: true }, 404))) => "rowGone" { "httpStatus": 404 },
        }
        Failure::NotConnected => { Failure::NotConnected => "network" {} }
        Failure::StaysBusy => { Failure::StaysBusy => "transient" {} }
        Failure::OldResponse => { Failure::OldResponse => "olderProfile" {} }
        Failure::UnexpectedNotModified => { Failure::UnexpectedNotModified => "unreadable" {} }
        Failure::OtherPerson => { Failure::OtherPerson => "otherPerson" {} }
        Failure::NotKept { .. } => {
            Failure::NotKept { field: None } => "notKept" {},
            Failure::NotKept { field: Some(Field::FirstName) } => "notKept" { "field": "firstName" },
        }
        Failure::KeepsChanging => { Failure::KeepsChanging => "changed" {} }
        Failure::RejectedAsChanged => { Failure::RejectedAsChanged => "changed" { "problem": "unchanged" } }
        Failure::NotSignedIn => { Failure::NotSignedIn => "signedOut" {} }
        Failure::NoSession => { Failure::NoSession => "signedOut" {} }
        Failure::Cancelled(_) => { Cancellation::Batch.into() => "cancelled" {} }
        Failure::SavingDisabled => { Failure::SavingDisabled => "savingDisabled" {} }
        Failure::Store(_) => { StoreError::Full.into() => "storageFailed" {} }
        Failure::UnsentEdits { .. } => { Failure::UnsentEdits { count: 3 } => "unsentEdits" { "count": 3 } }
        Failure::KeyringLocked => { Failure::KeyringLocked => "keyringLocked" {} }
        Failure::KeyringAbsent => { Failure::KeyringAbsent => "keyringAbsent" {} }
        Failure::KeyringAmbiguous => { Failure::KeyringAmbiguous => "keyringAmbiguous" {} }
        Failure::KeyringNotSetUp => { Failure::KeyringNotSetUp => "keyringNotSetUp" {} }
        Failure::TokenLeft(_) => {
            Failure::TokenLeft(VaultError::Locked) => "tokenLeft" {},
            Failure::TokenLeft(VaultError::Ambiguous) => "tokenAmbiguous" {},
        }
        Failure::SandboxFailed(_) => { Failure::SandboxFailed("port".into()) => "sandboxFailed" {} }
        Failure::InvalidServer(_) => {
            AddressError { reason: EndpointError::Query, suggestion: None }.into()
                => "invalidServer" { "problem": "query" },
            AddressError { reason: EndpointError::Route, suggestion }.into()
                => "invalidServer" { "problem": "route", "suggestion": "https://api.example.com/v1" },
        }
        Failure::InvalidEmail(_) => { EmailError::Empty.into() => "invalidEmail" { "problem": "empty" } }
        Failure::InvalidPassword(_) => {
            PasswordProblem::TooLong.into() => "invalidPassword" { "problem": "tooLong" },
        }
        Failure::InvalidNewPassword(_) => {
            Failure::InvalidNewPassword(PasswordProblem::TooShort) => "invalidNewPassword" { "problem": "tooShort" },
        }
        Failure::InvalidLink(_) => {
            LinkError::Spaces.into() => "invalidLink" { "problem": "spaces" },
            LinkError::NoToken.into() => "invalidLink" { "problem": "noToken" },
        }
        Failure::InvalidCode => { Failure::InvalidCode => "invalidCode" {} }
        Failure::InvalidToken(_) => { TokenError::Spaces.into() => "invalidToken" { "problem": "spaces" } }
        Failure::InvalidName { .. } => {
            Failure::InvalidName { field: Field::LastName, error: NameError::ControlCharacter }
                => "invalidName" { "field": "lastName", "problem": "control" },
        }
        Failure::LanguageNotOffered(_) => { LanguageError.into() => "languageNotOffered" { "field": "language" } }
        Failure::InvalidPictureUrl(_) => {
            PictureUrlError::NotHttps.into() => "invalidPictureUrl" { "field": "picture" },
            PictureUrlError::TooLong.into() => "invalidPictureUrl" { "field": "picture", "problem": "tooLong" },
        }
        Failure::PictureFetch(_) => {
            PictureFetchError::TooLarge.into() => "pictureTooLarge" { "field": "picture" },
            PictureFetchError::Address.into() => "invalidPictureUrl" { "field": "picture" },
            PictureFetchError::NotPublic.into() => "invalidPictureUrl" { "field": "picture", "problem": "private" },
            PictureFetchError::Redirects.into() => "invalidPictureUrl" { "field": "picture", "problem": "redirects" },
            PictureFetchError::Status(404).into() => "pictureNotFound" { "field": "picture" },
        }
        Failure::Picture(_) => {
            PictureError::Empty.into() => "notAPicture" { "field": "picture" },
            PictureError::Text.into() => "notAPicture" { "field": "picture", "problem": "text" },
            PictureError::Unsupported(Format::JpegXl).into()
                => "unsupportedPicture" { "field": "picture", "problem": "jpegXl" },
            PictureError::TooManyBytes { limit: 1 }.into() => "pictureTooLarge" { "field": "picture" },
            PictureError::TooSlow.into() => "pictureTooLarge" { "field": "picture" },
            PictureError::Damaged("cut".into()).into() => "damagedPicture" { "field": "picture" },
            PictureError::NoSuchSquare.into() => "internal" { "field": "picture" },
        }
        Failure::RemotePicturesOff => { Failure::RemotePicturesOff => "remotePicturesOff" { "field": "picture" } }
        Failure::PictureGone(_) => {
            PictureGone::Prepared.into() => "pictureGone" { "field": "picture" },
            PictureGone::File(io_error()).into() => "pictureGone" { "field": "picture" },
            PictureGone::UnknownId.into() => "pictureGone" {},
        }
        Failure::NotAFile => { Failure::NotAFile => "notAPicture" { "field": "picture" } }
        Failure::PictureProcess(_) => { Failure::PictureProcess(io_error()) => "internal" {} }
        Failure::UserRoleDenied(_) => {
            RoleDenial::OnlyAdmins.into() => "roleNotAllowed" { "problem": "onlyAdmins" },
        }
        Failure::TeamRoleDenied(_) => {
            TeamRoleDenial::TakesOwner.into() => "roleNotAllowed" { "problem": "takesOwner" },
        }
        Failure::NoUserRole => { Failure::NoUserRole => "roleNotAllowed" { "problem": "pending" } }
        Failure::OwnRoleDenied(_) => { Failure::OwnRoleDenied(RoleDenial::OnlyAdmins) => "roleNotAllowed" {} }
        Failure::RoleMoved(_) => { Failure::RoleMoved("viewer".into()) => "roleMoved" { "problem": "viewer" } }
        Failure::InvalidTag(_) => { TagError::TooLong.into() => "invalidTag" { "problem": "tooLong" } }
        Failure::TagsDenied => { Failure::TagsDenied => "tagsNotAllowed" {} }
        Failure::TagsMoved => { Failure::TagsMoved => "tagsMoved" {} }
        Failure::PersonMoved { .. } => {
            Failure::PersonMoved { field: Field::Picture } => "personMoved" { "field": "picture" },
        }
        Failure::OnlyAdmins => { Failure::OnlyAdmins => "forbidden" {} }
        Failure::OwnLanguageNeeded => { Failure::OwnLanguageNeeded => "ownLanguageNeeded" { "field": "language" } }
        Failure::RoleNotSent(_) => {
            Failure::RoleNotSent(None) => "roleNotSent" {},
            Failure::RoleNotSent(Some(UserRole::ServiceAccount)) => "roleNotSent" { "problem": "serviceAccount" },
        }
        Failure::LanguageNeeded { .. } => {
            Failure::LanguageNeeded { field: None } => "languageNeeded" {},
            Failure::LanguageNeeded { field: Some(Field::Language) } => "languageNeeded" { "field": "language" },
        }
        Failure::NotAList(_) => {
            ListProblem::Columns.into() => "notAList" { "problem": "columns" },
            ListProblem::Ambiguous { meaning: ColumnMeaning::Role, columns: vec!["Rol".into(), "role".into()] }.into()
                => "notAList" { "problem": "ambiguousRole", "columns": ["Rol", "role"] },
        }
        Failure::TeamNotRead => { Failure::TeamNotRead => "teamNotRead" {} }
        Failure::BatchRunning => { Failure::BatchRunning => "batchRunning" {} }
        Failure::Export(_) => {
            ExportProblem::Full(io_error()).into() => "exportFailed" { "problem": "full" },
            ExportProblem::Folder(io_error()).into() => "exportFailed" { "problem": "folder" },
            ExportProblem::Other(io_error()).into() => "exportFailed" {},
        }
        Failure::FolderNotShown(_) => { Failure::FolderNotShown("broken".into()) => "folderNotShown" {} }
        Failure::PageNotOpened(_) => { Failure::PageNotOpened("broken".into()) => "pageNotOpened" {} }
        Failure::NotCopied(_) => { Failure::NotCopied("broken".into()) => "notCopied" {} }
        Failure::Misuse(_) => {
            Misuse::NoTeam.into() => "internal" {},
            Misuse::Color.into() => "internal" { "field": "picture" },
        }
        Failure::Internal { .. } => {
            Failure::internal(io::Error::other("broken")) => "internal" {},
            Failure::internal_picture(io::Error::other("broken")) => "internal" { "field": "picture" },
        }
    }
}

#[test]
fn a_failed_request_keeps_the_details_of_its_response() {
    let error = ApiError {
        code: Some(5120),
        server_message: Some("no".into()),
        retry_after: Some(Duration::from_millis(1500)),
        ..response(ApiErrorKind::Rejected, 400)
    };
    let details = json!({ "serverCode": 5120, "serverMessage": "no", "retryAfter": 2, "httpStatus": 400 });
    check(&error.into(), "rejected", &details);
}

#[test]
fn tls_and_proxy_failures_count_as_unreached_and_keep_their_details() {
    let certificate = Certificate { names: vec!["other.example.com".into()], ..Certificate::default() };
    for (kind, code, problem) in [
        (ApiErrorKind::Tls(TlsFault::OtherHost), "tls", "otherHost"),
        (ApiErrorKind::Tls(TlsFault::NoTls), "tls", "noTls"),
        (ApiErrorKind::Proxy(ProxyFault::Credentials), "proxy", "credentials"),
        (ApiErrorKind::Proxy(ProxyFault::Unreachable), "proxy", "unreachable"),
    ] {
        let failure = Failure::from(ApiError {
            host: Some("api.example.com".into()),
            certificate: Some(Box::new(certificate.clone())),
            proxy: Some("proxy:3128".into()),
            ..request(kind)
        });
        assert!(is_unreached(&failure));
        let details = json!({
            "host": "api.example.com",
            "proxy": "proxy:3128",
            "problem": problem,
            "certificate": {
                "subject": "", "names": ["other.example.com"], "issuer": "", "notBefore": 0, "notAfter": 0,
            },
        });
        check(&failure, code, &details);
    }
}
