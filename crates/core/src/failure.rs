//! Converts the errors of the other crates into [`AppError`].

use lapel_api::{ApiError, ApiErrorKind, Certificate, PictureFetchError, ProxyFault, TlsFault};
use lapel_domain::{Field, LanguageError, Missing, NameError, UserRole};
use lapel_picture::{Format, PictureError};
use lapel_store::StoreError;

use crate::views::{AppError, CertificateView, ErrorCode, ProfileField};

/// The problem of a renewal of the session that an intermediary has kept from the server.
pub(crate) const RENEWAL: &str = "renewal";

/// The problem of a rejected write after which the server has the same values as before.
pub(crate) const UNCHANGED: &str = "unchanged";

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
            // No response of the API is that large, so it comes from an intermediary (proxy, captive portal).
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
            ApiErrorKind::Tls(fault) => failure.problem(tls_problem(fault)),
            ApiErrorKind::Proxy(fault) => failure.problem(proxy_problem(fault)),
            ApiErrorKind::Between if error.in_renewal => failure.problem(RENEWAL),
            _ => failure,
        }
    }
}

/// The problem code of a TLS failure. The page translates it.
fn tls_problem(fault: TlsFault) -> &'static str {
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

/// The problem code of a proxy failure. The page translates it.
fn proxy_problem(fault: ProxyFault) -> &'static str {
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
            PictureError::Unsupported(format) => failure(ErrorCode::UnsupportedPicture).problem(format_problem(format)),
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

/// The problem code of an unsupported picture format. The page translates it.
fn format_problem(format: Format) -> &'static str {
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

/// The failure for an invalid name in `field`.
pub(crate) fn invalid_name(error: NameError, field: ProfileField) -> AppError {
    let problem = match error {
        NameError::Empty => "empty",
        NameError::TooLong => "tooLong",
        NameError::ControlCharacter => "control",
    };
    AppError::new(ErrorCode::InvalidName, error.to_string()).about(field).problem(problem)
}

/// The failure for a language that the service does not accept (any more). The user has to choose another one.
pub(crate) fn language_not_offered() -> AppError {
    AppError::new(ErrorCode::LanguageNotOffered, LanguageError.to_string()).about(ProfileField::Language)
}

/// What the person has to choose before anything is sent. `role` is the role that cannot be sent, if it is known.
pub(crate) fn missing_failure(missing: Missing, role: Option<&UserRole>) -> AppError {
    match missing {
        Missing::Language => AppError::new(ErrorCode::OwnLanguageNeeded, "the server would empty the language")
            .about(ProfileField::Language),
        Missing::Role => {
            let failure = AppError::new(ErrorCode::RoleNotSent, "the server would empty the role");
            match role {
                Some(role) => failure.problem(role.as_str()),
                None => failure,
            }
        }
    }
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
    use crate::kernel::connectivity::is_unreached;

    #[test]
    fn tls_and_proxy_failures_count_as_unreached_and_keep_their_details() {
        let host = Some("api.example.com".to_owned());
        let certificate =
            Some(Box::new(Certificate { names: vec!["other.example.com".into()], ..Certificate::default() }));
        for (kind, code, problem) in [
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
            assert_eq!((failure.code, details.problem.as_deref()), (code, Some(problem)));
            assert_eq!((details.host.as_deref(), details.proxy.as_deref()), (host.as_deref(), Some("proxy:3128")));
            assert_eq!(
                details.certificate.map(|certificate| certificate.names),
                Some(vec!["other.example.com".to_owned()])
            );
        }
    }
}
