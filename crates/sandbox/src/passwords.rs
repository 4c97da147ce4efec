//! Passwords (argon2id) and six-digit codes (TOTP). Nothing is stored here.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use totp_rs::{Builder, Secret};

use crate::answer::Refusal;
use crate::config::PasswordCost;

/// Each hashing takes 19 MiB; more at a time would only take more memory.
const AT_A_TIME: usize = 2;

/// What an authenticator app shows beside the codes.
const ISSUER: &str = "Lapel sandbox";

/// Hashes and checks passwords at one cost.
#[derive(Clone)]
pub(crate) struct Passwords {
    cost: PasswordCost,
    /// Checked against where there is no such person, so that both ways take as long.
    nobody: Arc<str>,
    turns: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost) -> Result<Self, argon2::password_hash::Error> {
        let nobody = hash(cost, "a password that nobody has")?.into();
        Ok(Self { cost, nobody, turns: Arc::new(Semaphore::new(AT_A_TIME)) })
    }

    /// Whether the password fits the stored hash; a missing hash takes as long and never fits.
    pub(crate) async fn fits(&self, password: String, stored: Option<String>) -> Result<bool, Refusal> {
        let known = stored.is_some();
        let against = stored.unwrap_or_else(|| self.nobody.to_string());
        let fits = self.work(move |_| {
            let against = PasswordHash::new(&against)?;
            // The parameters are taken from the stored hash, not from this instance.
            Ok(Argon2::default().verify_password(password.as_bytes(), &against).is_ok())
        });
        Ok(fits.await? && known)
    }

    /// The hash to store for a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Refusal> {
        self.work(move |cost| hash(cost, &password)).await
    }

    async fn work<T, F>(&self, work: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnOnce(PasswordCost) -> Result<T, argon2::password_hash::Error> + Send + 'static,
    {
        let turn = self.turns.clone().acquire_owned().await.map_err(|error| Refusal::internal(&error))?;
        let cost = self.cost;
        let task = tokio::task::spawn_blocking(move || {
            let result = work(cost);
            drop(turn);
            result
        });
        task.await.map_err(|error| Refusal::internal(&error))?.map_err(|error| Refusal::internal(&error))
    }
}

/// A PHC string with a salt of its own.
pub(crate) fn hash(cost: PasswordCost, password: &str) -> Result<String, argon2::password_hash::Error> {
    let params = match cost {
        PasswordCost::Interactive => Params::default(),
        PasswordCost::Minimal => Params::new(Params::MIN_M_COST, 1, 1, None)?,
    };
    let hash: PasswordHash =
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

/// Whether a new password is good enough: 8 characters, of more than one kind (letters, digits, others).
pub(crate) fn is_strong(password: &str) -> bool {
    let kinds: [fn(char) -> bool; 3] =
        [char::is_alphabetic, char::is_numeric, |c: char| !c.is_alphabetic() && !c.is_numeric()];
    password.chars().count() >= 8 && kinds.iter().filter(|kind| password.contains(**kind)).count() > 1
}

/// What an authenticator app is set up with.
pub(crate) struct CodeKey {
    /// Base32, for typing.
    pub(crate) secret: String,
    /// The same as `otpauth://...`.
    pub(crate) uri: String,
    /// A QR code of that: a PNG as a data URL.
    pub(crate) picture: String,
}

/// A new secret for this address.
pub(crate) fn new_code_key(email: &str) -> Result<CodeKey, Refusal> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::internal(&error))?;
    let totp = Builder::new().with_secret(bytes).with_account_name(email).with_issuer(Some(ISSUER)).build();
    let totp = totp.map_err(|error| Refusal::internal(&error))?;
    let picture = totp.to_qr_base64().map_err(|error| Refusal::internal(&error))?;
    Ok(CodeKey {
        secret: totp.secret().to_base32(),
        uri: totp.to_url().map_err(|error| Refusal::internal(&error))?,
        picture: format!("data:image/png;base64,{picture}"),
    })
}

/// The time step that a code is right for: SHA-1, six digits, 30 seconds, one step of tolerance (RFC 6238).
/// The caller sees to it that no step counts twice.
pub(crate) fn code_step(secret: &str, code: &str, seconds: u64) -> Result<Option<u64>, Refusal> {
    let secret = Secret::try_from_base32(secret).map_err(|error| Refusal::internal(&error))?;
    let totp = Builder::new().with_secret(secret).with_skew(1).build().map_err(|error| Refusal::internal(&error))?;
    Ok(totp.check(code, seconds))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::{code_step, is_strong};

    #[test]
    fn strength() {
        for good in ["lapel-demo", "abcdefg1", "1234567!", "пароль-12"] {
            assert!(is_strong(good), "{good}");
        }
        for bad in ["", "abc-1", "abcdefgh", "12345678", "--------"] {
            assert!(!is_strong(bad), "{bad}");
        }
    }

    /// The vectors of RFC 6238, appendix B (their last six digits): secret "12345678901234567890".
    #[test]
    fn codes_of_the_rfc() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(code_step(secret, code, seconds).unwrap(), Some(seconds / 30));
            assert_eq!(code_step(secret, code, seconds + 30).unwrap(), Some(seconds / 30));
            assert_eq!(code_step(secret, code, seconds + 60).unwrap(), None);
        }
    }
}
