//! Writes the demo data: Acme Industries, its five people and the generated members.

use rusqlite::{Connection, Transaction};

use super::members;
use super::people::{ORGANIZATION, OWNER, PEOPLE, Person};
use crate::config::{PasswordCost, Seed};
use crate::{collaborators, passwords, pictures};

const PASSWORD: &str = "lapel-demo";
const STORAGE_PROVIDER: &str = "65f0a1c0000000000000b001";
const LOGO: &[u8] = include_bytes!("../../assets/acme.png");
const DAY: i64 = 24 * 60 * 60 * 1000;
/// 2024-03-12T18:40:00Z. Fixed, so that a new demo always looks the same.
const FOUNDED: i64 = 1_710_268_800_000;

/// Why the demo data could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeedError {
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Password(#[from] argon2::password_hash::Error),
}

/// Writes the demo data if there are no users in the database.
pub(crate) fn write_seed(connection: &mut Connection, seed: Seed, cost: PasswordCost) -> Result<(), SeedError> {
    let Seed::Demo { members } = seed;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let empty: bool = transaction.query_row("SELECT NOT EXISTS (SELECT 1 FROM user)", [], |row| row.get(0))?;
    if empty {
        add_organization(&transaction)?;
        for person in &PEOPLE {
            add_person(&transaction, person, cost)?;
        }
        members::add(&transaction, members, FOUNDED + 30 * DAY)?;
        // Without statistics, the query planner scans a large team by name to find one email address.
        transaction.execute_batch("ANALYZE")?;
    }
    transaction.commit()?;
    Ok(())
}

fn add_organization(db: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    let picture = pictures::store(db, "image/png", LOGO)?;
    db.execute(
        "INSERT INTO organization (id, name, slug, picture_id, created_by, primary_color, store_enabled, store_domain,
                                   storage_provider, enforce_sso, created_at)
         VALUES (?1, 'Acme Industries', 'acme-industries', ?2, ?3, '#0B6E4F', 1, 'apps.acme.example', ?4, 0, ?5)",
        (ORGANIZATION, picture, OWNER, STORAGE_PROVIDER, FOUNDED),
    )?;
    Ok(())
}

fn add_person(db: &Transaction<'_>, person: &Person, cost: PasswordCost) -> Result<(), SeedError> {
    let user = format!("65f0a1c000000000000000{:02x}", person.number);
    let row = format!("65f0a1c000000000000c00{:02x}", person.number);
    let hash = match cost {
        PasswordCost::Interactive => person.password_hash.to_owned(),
        PasswordCost::Minimal => passwords::hash(cost, PASSWORD)?,
    };
    let joined = FOUNDED + i64::from(person.number - 1) * DAY;
    db.execute(
        "INSERT INTO user (id, email, email_key, first_name, last_name, role, newsletter, sso, organization_id, language,
                           verification, password_hash, totp_secret, last_login, last_action, created_at, updated_at)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, 1, 0, ?6, ?7, 'verified', ?8, ?9, NULL, NULL, ?10, ?10)",
        (
            &user,
            person.email,
            person.first_name,
            person.last_name,
            person.role,
            ORGANIZATION,
            person.language,
            hash,
            person.totp_secret,
            joined,
        ),
    )?;
    db.execute(
        "INSERT INTO collaborator (id, organization_id, user_id, role, name_key, email_key, created_by, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        (
            &row,
            ORGANIZATION,
            &user,
            person.team_role,
            format!("{} {}", person.first_name, person.last_name).to_lowercase(),
            person.email,
            OWNER,
            joined,
        ),
    )?;
    collaborators::add_tags(db, &row, person.tags)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordVerifier;
    use argon2::password_hash::phc::PasswordHash;

    use super::*;

    #[test]
    fn the_hashes_of_the_demo_people_are_those_of_its_password_and_differ() -> Result<(), argon2::password_hash::Error>
    {
        let mut salts = std::collections::BTreeSet::new();
        for person in &PEOPLE {
            let hash = PasswordHash::new(person.password_hash)?;
            argon2::Argon2::default().verify_password(PASSWORD.as_bytes(), &hash)?;
            let params = argon2::Params::try_from(&hash)?;
            assert_eq!(
                (params.m_cost(), params.t_cost()),
                (argon2::Params::DEFAULT_M_COST, argon2::Params::DEFAULT_T_COST)
            );
            salts.insert(hash.salt.map(|salt| salt.to_string()));
        }
        assert_eq!(salts.len(), PEOPLE.len(), "each person has a salt of their own");
        Ok(())
    }
}
