//! How the failures of the parts become the one kind that the page understands.

use lapel_api::{ApiError, ApiErrorKind, Certificate, PictureFetchError, ProxyFault, TlsFault};
use lapel_domain::{Field, LanguageError, NameError};
use lapel_picture::{Format, PictureError};
use lapel_store::StoreError;

use crate::sync::RENEWAL;
use crate::views::{AppError, CertificateView, ErrorCode, ProfileField};

impl From<&ApiError> for AppError {
    fn from(error: &ApiError) -> Self {
        let code = match error.kind {
            ApiErrorKind::Network => ErrorCode::Network,
            ApiErrorKind::UnknownServer => ErrorCode::UnknownServer,
            ApiErrorKind::Tls(_) => ErrorCode::Tls,
            ApiErrorKind::Proxy(_) => ErrorCode::Proxy,
            ApiErrorKind::Transient => ErrorCode::Transient,
            ApiErrorKind::SignedOut => ErrorCode::SignedOut,
            ApiErrorKind::WrongCredentials => ErrorCode::WrongCredentials,
            ApiErrorKind::TwoFactorRequired => ErrorCode::TwoFactorRequired,
            ApiErrorKind::TwoFactorWrong => ErrorCode::TwoFactorWrong,
            ApiErrorKind::Forbidden => ErrorCode::Forbidden,
            ApiErrorKind::Missing { known: true } => ErrorCode::PersonGone,
            ApiErrorKind::Missing { known: false } => ErrorCode::Missing,
            ApiErrorKind::Changed => ErrorCode::Changed,
            ApiErrorKind::Rejected => ErrorCode::Rejected,
            ApiErrorKind::Redirected => ErrorCode::Redirected,
            // More than any answer of the API can be is not one of them.
            ApiErrorKind::Between | ApiErrorKind::TooLarge => ErrorCode::Between,
            ApiErrorKind::Unreadable => ErrorCode::Unreadable,
        };
        let mut failure = Self::new(code, error.to_string());
        failure.details.server_code = error.code;
        failure.details.server_message.clone_from(&error.server_message);
        let seconds = |wait: std::time::Duration| u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
        failure.details.retry_after = error.retry_after.map(seconds);
        failure.details.http_status = error.http_status;
        failure.details.host.clone_from(&error.host);
        failure.details.certificate = error.certificate.as_deref().map(CertificateView::from);
        failure.details.proxy = error.proxy.as_deref().map(str::to_owned);
        match error.kind {
            ApiErrorKind::Tls(fault) => failure.problem(tls_word(fault)),
            ApiErrorKind::Proxy(fault) => failure.problem(proxy_word(fault)),
            ApiErrorKind::Between if error.in_renewal => failure.problem(RENEWAL),
            _ => failure,
        }
    }
}

/// The closed word for what is wrong with TLS, which the page translates.
fn tls_word(fault: TlsFault) -> &'static str {
    match fault {
        TlsFault::Expired => "expired",
        TlsFault::NotYetValid => "notYetValid",
        TlsFault::OtherHost => "otherHost",
        TlsFault::UnknownIssuer => "unknownIssuer",
        TlsFault::NotForServers => "notForServers",
        TlsFault::Revoked => "revoked",
        TlsFault::NoTls => "noTls",
        TlsFault::Handshake => "handshake",
        TlsFault::Untrusted => "untrusted",
    }
}

/// The closed word for what is wrong with the proxy.
fn proxy_word(fault: ProxyFault) -> &'static str {
    match fault {
        ProxyFault::Setting => "setting",
        ProxyFault::Kind => "kind",
        ProxyFault::Unreachable => "unreachable",
        ProxyFault::Credentials => "credentials",
        ProxyFault::Refused => "refused",
        ProxyFault::Untrusted => "untrusted",
    }
}

impl From<&Certificate> for CertificateView {
    fn from(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject.clone(),
            names: certificate.names.clone(),
            issuer: certificate.issuer.clone(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        }
    }
}

impl From<ApiError> for AppError {
    fn from(error: ApiError) -> Self {
        Self::from(&error)
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        Self::new(ErrorCode::StorageFailed, error.to_string())
    }
}

impl From<PictureError> for AppError {
    fn from(error: PictureError) -> Self {
        let message = error.to_string();
        let failure = |code| Self::new(code, message.clone());
        match error {
            PictureError::Empty | PictureError::NotAPicture => failure(ErrorCode::NotAPicture),
            PictureError::Text => failure(ErrorCode::NotAPicture).problem("text"),
            PictureError::Unsupported(format) => failure(ErrorCode::UnsupportedPicture).problem(word(format)),
            PictureError::TooManyBytes { .. }
            | PictureError::TooWide { .. }
            | PictureError::TooManyPixels { .. }
            | PictureError::TooMuchMemory { .. } => failure(ErrorCode::PictureTooLarge),
            PictureError::Damaged(_) => failure(ErrorCode::DamagedPicture),
            PictureError::NoSuchSquare => failure(ErrorCode::Internal),
        }
        .about(ProfileField::Picture)
    }
}

/// The closed word for a format, which the page translates.
fn word(format: Format) -> &'static str {
    match format {
        Format::Svg => "svg",
        Format::Heic => "heic",
        Format::Avif => "avif",
        Format::JpegXl => "jpegXl",
        Format::RareJpeg => "rareJpeg",
        Format::Bmp => "bmp",
        Format::Ico => "ico",
        Format::Tiff => "tiff",
        Format::Pdf => "pdf",
    }
}

impl From<PictureFetchError> for AppError {
    fn from(error: PictureFetchError) -> Self {
        let failure = |code| Self::new(code, error.to_string());
        match error {
            PictureFetchError::TooLarge => failure(ErrorCode::PictureTooLarge),
            PictureFetchError::Address => failure(ErrorCode::InvalidPictureUrl),
            PictureFetchError::NotPublic => failure(ErrorCode::InvalidPictureUrl).problem("private"),
            PictureFetchError::Redirects => failure(ErrorCode::InvalidPictureUrl).problem("redirects"),
            PictureFetchError::Status(_) | PictureFetchError::Tls | PictureFetchError::Network => {
                failure(ErrorCode::PictureNotFound)
            }
        }
        .about(ProfileField::Picture)
    }
}

/// A name that is not valid, for the field it was typed into.
pub(crate) fn invalid_name(error: NameError, field: ProfileField) -> AppError {
    let problem = match error {
        NameError::Empty => "empty",
        NameError::TooLong => "tooLong",
        NameError::ControlCharacter => "control",
    };
    AppError::new(ErrorCode::InvalidName, error.to_string()).about(field).problem(problem)
}

/// A language that the service does not take, or no longer: another one has to be chosen.
pub(crate) fn language_not_offered() -> AppError {
    AppError::new(ErrorCode::LanguageNotOffered, LanguageError.to_string()).about(ProfileField::Language)
}

impl From<Field> for ProfileField {
    fn from(field: Field) -> Self {
        match field {
            Field::FirstName => Self::FirstName,
            Field::LastName => Self::LastName,
            Field::Picture => Self::Picture,
            Field::Language => Self::Language,
        }
    }
}

impl From<ProfileField> for Field {
    fn from(field: ProfileField) -> Self {
        match field {
            ProfileField::FirstName => Self::FirstName,
            ProfileField::LastName => Self::LastName,
            ProfileField::Picture => Self::Picture,
            ProfileField::Language => Self::Language,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot_view::is_unreached;

    #[test]
    fn nothing_was_reached_behind_a_proxy_or_a_certificate_that_fails_and_each_reason_is_handed_on() {
        let host = Some("api.example.com".to_owned());
        let certificate =
            Some(Box::new(Certificate { names: vec!["other.example.com".into()], ..Certificate::default() }));
        for (kind, code, word) in [
            (ApiErrorKind::Tls(TlsFault::OtherHost), ErrorCode::Tls, "otherHost"),
            (ApiErrorKind::Tls(TlsFault::NoTls), ErrorCode::Tls, "noTls"),
            (ApiErrorKind::Proxy(ProxyFault::Credentials), ErrorCode::Proxy, "credentials"),
            (ApiErrorKind::Proxy(ProxyFault::Unreachable), ErrorCode::Proxy, "unreachable"),
        ] {
            let error = ApiError {
                kind,
                http_status: None,
                code: None,
                server_message: None,
                retry_after: None,
                delivery: lapel_api::Delivery::NotSent,
                host: host.clone(),
                certificate: certificate.clone(),
                proxy: Some("proxy:3128".into()),
                in_renewal: false,
            };
            let failure = AppError::from(error);
            assert!(is_unreached(&failure));
            let details = failure.details;
            assert_eq!((failure.code, details.problem.as_deref()), (code, Some(word)));
            assert_eq!((details.host.as_deref(), details.proxy.as_deref()), (host.as_deref(), Some("proxy:3128")));
            assert_eq!(
                details.certificate.map(|certificate| certificate.names),
                Some(vec!["other.example.com".to_owned()])
            );
        }
    }
}
