//! The words for the exact problem of a failure, and for the reason why a role cannot be given. The page translates
//! them.

use lapel_api::{EndpointError, PictureFetchError, ProxyFault, TlsFault};
use lapel_domain::{EmailError, LinkError, NameError, RoleDenial, TagError, TeamRoleDenial, TokenError};
use lapel_picture::{Format, PictureError};

use crate::kernel::error_reasons::{ColumnMeaning, ListProblem, PasswordProblem};

pub(super) fn tls_problem(fault: TlsFault) -> &'static str {
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

pub(super) fn proxy_problem(fault: ProxyFault) -> &'static str {
    match fault {
        ProxyFault::Setting => "setting",
        ProxyFault::Kind => "kind",
        ProxyFault::Unreachable => "unreachable",
        ProxyFault::Credentials => "credentials",
        ProxyFault::Refused => "refused",
        ProxyFault::Untrusted => "untrusted",
    }
}

pub(super) fn endpoint_problem(error: EndpointError) -> &'static str {
    match error {
        EndpointError::Empty => "empty",
        EndpointError::NotAnAddress => "notAnAddress",
        EndpointError::Port => "port",
        EndpointError::Scheme => "scheme",
        EndpointError::NotSecure => "notSecure",
        EndpointError::Credentials => "credentials",
        EndpointError::Query => "query",
        EndpointError::Route => "route",
        EndpointError::TooLong => "tooLong",
    }
}

pub(super) fn email_problem(error: EmailError) -> &'static str {
    match error {
        EmailError::Empty => "empty",
        EmailError::TooLong => "tooLong",
        EmailError::NotAnAddress => "notAnAddress",
    }
}

pub(super) fn password_problem(problem: PasswordProblem) -> &'static str {
    match problem {
        PasswordProblem::Empty => "empty",
        PasswordProblem::TooShort => "tooShort",
        PasswordProblem::TooLong => "tooLong",
    }
}

pub(super) fn link_problem(error: LinkError) -> &'static str {
    match error {
        LinkError::Empty => "empty",
        LinkError::Spaces => "spaces",
        LinkError::NoToken => "noToken",
        LinkError::TooLong => "tooLong",
    }
}

pub(super) fn token_problem(error: TokenError) -> &'static str {
    match error {
        TokenError::Empty => "empty",
        TokenError::Spaces => "spaces",
        TokenError::Characters => "characters",
    }
}

pub(super) fn name_problem(error: NameError) -> &'static str {
    match error {
        NameError::Empty => "empty",
        NameError::TooLong => "tooLong",
        NameError::ControlCharacter => "control",
    }
}

pub(super) fn tag_problem(error: TagError) -> &'static str {
    match error {
        TagError::Empty => "empty",
        TagError::TooLong => "tooLong",
        TagError::ControlCharacter => "control",
        TagError::TooMany => "tooMany",
    }
}

pub(super) fn fetch_problem(error: PictureFetchError) -> Option<&'static str> {
    match error {
        PictureFetchError::NotPublic => Some("private"),
        PictureFetchError::Redirects => Some("redirects"),
        _ => None,
    }
}

pub(super) fn picture_problem(error: &PictureError) -> Option<&'static str> {
    match error {
        PictureError::Text => Some("text"),
        PictureError::Unsupported(format) => Some(format_problem(*format)),
        _ => None,
    }
}

fn format_problem(format: Format) -> &'static str {
    match format {
        Format::Svg => "svg",
        Format::Heic => "linkedHeic",
        Format::Avif => "linkedAvif",
        Format::RareHeif => "rareHeif",
        Format::JpegXl => "jpegXl",
        Format::Jpeg2000 => "jpeg2000",
        Format::Psd => "psd",
        Format::CameraRaw => "cameraRaw",
        Format::RareJpeg => "rareJpeg",
        Format::Bmp => "bmp",
        Format::Ico => "ico",
        Format::LinkedTiff => "linkedTiff",
        Format::TiffNumbers => "tiffNumbers",
        Format::TiffDepth => "tiffDepth",
        Format::TiffCompression => "tiffCompression",
        Format::TiffOldJpeg => "tiffOldJpeg",
        Format::TiffColors => "tiffColors",
        Format::Pdf => "pdf",
    }
}

pub(super) fn list_problem(problem: &ListProblem) -> &'static str {
    match problem {
        ListProblem::TooLarge => "tooLarge",
        ListProblem::NotText => "text",
        ListProblem::Columns => "columns",
        ListProblem::Ambiguous { meaning: ColumnMeaning::Email, .. } => "ambiguousEmail",
        ListProblem::Ambiguous { meaning: ColumnMeaning::Role, .. } => "ambiguousRole",
        ListProblem::Ambiguous { meaning: ColumnMeaning::History, .. } => "ambiguousHistory",
        ListProblem::Empty => "empty",
    }
}

/// Why a team role cannot be given.
pub(crate) fn team_denial_name(denial: TeamRoleDenial) -> &'static str {
    match denial {
        TeamRoleDenial::NoRight => "noRight",
        TeamRoleDenial::GivesOwner => "givesOwner",
        TeamRoleDenial::GivesUnknown => "givesUnknown",
        TeamRoleDenial::OwnOwnership => "ownOwnership",
        TeamRoleDenial::TakesOwner => "takesOwner",
        TeamRoleDenial::NoChange => "noChange",
        TeamRoleDenial::OnlyOwners => "onlyOwners",
    }
}

/// Why a user role cannot be given.
pub(crate) fn user_denial_name(denial: RoleDenial) -> &'static str {
    match denial {
        RoleDenial::OnlyAdmins => "onlyAdmins",
        RoleDenial::TakesServiceAccount => "takesServiceAccount",
        RoleDenial::NotGiven => "notGiven",
        RoleDenial::NoChange => "noChange",
    }
}
