//! Hashes and verifies passwords (argon2id), and checks six-digit codes (TOTP).

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use totp_rs::{Builder, Secret};

use crate::config::PasswordCost;
use crate::response::ApiError;

/// Maximum number of concurrent hash computations, to limit the memory (19 MiB each).
const MAX_CONCURRENT: usize = 2;

/// A hash with the usual cost. Hashing at the start would take 100 ms and 19 MiB.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$BH2Xai+8lGh72BLY1D2YNQ$H41PM/NzVoJbzFpdQawNyVCc0OFhj7+NApyjQu3lays";

/// The issuer that an authenticator app shows.
const ISSUER: &str = "Lapel sandbox";

/// Hashes and verifies passwords, in blocking tasks.
#[derive(Clone)]
pub(crate) struct Passwords {
    cost: PasswordCost,
    /// Verified in place of a missing hash, so that the response time does not reveal whether the user exists.
    dummy_hash: Arc<str>,
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost) -> Result<Self, argon2::password_hash::Error> {
        let dummy_hash = match cost {
            PasswordCost::Interactive => DUMMY_HASH.into(),
            PasswordCost::Minimal => hash(cost, "a password that nobody has")?.into(),
        };
        Ok(Self { cost, dummy_hash, permits: Arc::new(Semaphore::new(MAX_CONCURRENT)) })
    }

    /// Whether the password matches the stored hash. Without a stored hash, takes the same time and returns false.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, ApiError> {
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| self.dummy_hash.to_string());
        let matches = self.run_blocking(move |_| {
            let hash = PasswordHash::new(&hash)?;
            // `verify_password` takes the parameters from the hash.
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(matches.await? && known)
    }

    /// The hash to store for a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.run_blocking(move |cost| hash(cost, &password)).await
    }

    async fn run_blocking<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(PasswordCost) -> Result<T, argon2::password_hash::Error> + Send + 'static,
    {
        let permit = self.permits.clone().acquire_owned().await.map_err(|error| ApiError::internal(&error))?;
        let cost = self.cost;
        let task = tokio::task::spawn_blocking(move || {
            let result = work(cost);
            drop(permit);
            result
        });
        task.await.map_err(|error| ApiError::internal(&error))?.map_err(|error| ApiError::internal(&error))
    }
}

/// Hashes a password with a new salt. Returns a PHC string.
pub(crate) fn hash(cost: PasswordCost, password: &str) -> Result<String, argon2::password_hash::Error> {
    let params = match cost {
        PasswordCost::Interactive => Params::default(),
        PasswordCost::Minimal => Params::new(Params::MIN_M_COST, 1, 1, None)?,
    };
    let hash: PasswordHash =
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

/// Whether a new password is strong enough: at least 8 characters of at least two kinds (letters, digits, others).
pub(crate) fn is_strong(password: &str) -> bool {
    let kinds: [fn(char) -> bool; 3] =
        [char::is_alphabetic, char::is_numeric, |c: char| !c.is_alphabetic() && !c.is_numeric()];
    password.chars().count() >= 8 && kinds.iter().filter(|kind| password.contains(**kind)).count() > 1
}

/// The secret for setting up an authenticator app, in three forms.
pub(crate) struct TotpKey {
    /// Base32, for typing in.
    pub(crate) secret: String,
    /// The `otpauth://` URI.
    pub(crate) uri: String,
    /// The QR code of `uri`: a PNG as a data URL.
    pub(crate) qr_code: String,
}

/// A new TOTP secret. `email` is the account name that the authenticator app shows.
pub(crate) fn new_totp_key(email: &str) -> Result<TotpKey, ApiError> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(&error))?;
    let totp = Builder::new().with_secret(bytes).with_account_name(email).with_issuer(Some(ISSUER)).build();
    let totp = totp.map_err(|error| ApiError::internal(&error))?;
    let qr_code = totp.to_qr_base64().map_err(|error| ApiError::internal(&error))?;
    Ok(TotpKey {
        secret: totp.secret().to_base32(),
        uri: totp.to_url().map_err(|error| ApiError::internal(&error))?,
        qr_code: format!("data:image/png;base64,{qr_code}"),
    })
}

/// The time step that the code belongs to, or `None` if the code is wrong (RFC 6238 with SHA-1, six digits, steps of
/// 30 seconds, one step of tolerance). The caller must not accept a step twice.
pub(crate) fn totp_step(secret: &str, code: &str, seconds: u64) -> Result<Option<u64>, ApiError> {
    let secret = Secret::try_from_base32(secret).map_err(|error| ApiError::internal(&error))?;
    let totp = Builder::new().with_secret(secret).with_skew(1).build().map_err(|error| ApiError::internal(&error))?;
    Ok(totp.check(code, seconds))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::{is_strong, totp_step};

    #[test]
    fn a_strong_password_has_eight_characters_of_two_kinds() {
        for good in ["lapel-demo", "abcdefg1", "1234567!", "пароль-12"] {
            assert!(is_strong(good), "{good}");
        }
        for bad in ["", "abc-1", "abcdefgh", "12345678", "--------"] {
            assert!(!is_strong(bad), "{bad}");
        }
    }

    /// RFC 6238, appendix B (the last six digits). The secret is "12345678901234567890".
    #[test]
    fn codes_match_the_test_vectors_of_rfc_6238() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(totp_step(secret, code, seconds).unwrap(), Some(seconds / 30));
            assert_eq!(totp_step(secret, code, seconds + 30).unwrap(), Some(seconds / 30));
            assert_eq!(totp_step(secret, code, seconds + 60).unwrap(), None);
        }
    }
}
