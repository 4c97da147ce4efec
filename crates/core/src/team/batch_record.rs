//! Batches as records of the store. The rows that a plan leaves out are not stored; those that a run leaves out are.

use lapel_store::{BatchRowRecord, RejectionDocument, RoleBatch, RoleBatchRow, StoredBatch};
use serde_json::json;
use uuid::Uuid;

use super::batch::{Batch, BatchTeam, Item, Wish};
use crate::kernel::error::Failure;
use crate::kernel::rejection::{error_document, read_reason, write_reason};
use crate::views::{AppError, BatchRow, BatchRowState, BatchState, ChangeKind, ErrorCode, LeftOutReason};

/// The record of a batch, with its rows and their positions.
pub(super) fn batch_record(batch: &Batch) -> StoredBatch {
    let record = RoleBatch {
        id: batch.id.to_string(),
        organization: batch.organization.id.clone(),
        kind: batch.kind.into(),
        role: batch.wish.as_ref().map(wish_text),
        undoes: batch.undoes,
        from_file: batch.from_file,
        started_at: batch.started_at,
    };
    let rows = batch.items.iter().zip(0..).filter_map(|(item, position)| Some((position, row_record(item)?)));
    (record, rows.collect())
}

fn row_record(item: &Item) -> Option<RoleBatchRow> {
    let row = &item.shown;
    let error = || Box::new(row.error.as_ref().map_or_else(RejectionDocument::default, error_document));
    let state = match row.state {
        BatchRowState::LeftOut if item.is_outside => return None,
        BatchRowState::LeftOut => left_out_record(row.left_out),
        BatchRowState::Planned | BatchRowState::Cancelled => BatchRowRecord::Planned,
        BatchRowState::Running => BatchRowRecord::Sent,
        BatchRowState::Done => BatchRowRecord::Done,
        BatchRowState::Failed => BatchRowRecord::Failed(error()),
        BatchRowState::Unknown => BatchRowRecord::Unknown(error()),
    };
    Some(RoleBatchRow {
        collaborator: item.id.clone(),
        user_id: item.user_id.clone(),
        line: row.line.and_then(|line| u32::try_from(line).ok()),
        name: row.name.clone(),
        email: row.email.clone(),
        old: row.from.clone(),
        new: row.to.clone(),
        can_undo: item.can_undo,
        state,
    })
}

fn wish_text(wish: &Wish) -> String {
    match wish {
        Wish::Role(role) => role.clone(),
        Wish::Tags(edit) => json!({ "add": edit.add, "remove": edit.remove }).to_string(),
    }
}

/// None if the text cannot be read.
pub(super) fn read_wish(kind: ChangeKind, text: String) -> Option<Wish> {
    match kind {
        ChangeKind::Team | ChangeKind::User => Some(Wish::Role(text)),
        ChangeKind::Tags => serde_json::from_str(&text).ok().map(Wish::Tags),
    }
}

/// The batch of a record: it has ended, and what was not sent counts as cancelled.
pub(super) fn batch_from_record((record, rows): StoredBatch, organization_name: String) -> Batch {
    let items = rows.into_iter().map(|(_, row)| item_from_record(row)).collect();
    let team = BatchTeam { id: record.organization, name: organization_name };
    let kind = ChangeKind::from(record.kind);
    let wish = record.role.and_then(|text| read_wish(kind, text));
    let mut batch = Batch::with_items(team, kind, wish, items);
    batch.id = Uuid::parse_str(&record.id).unwrap_or_default();
    batch.undoes = record.undoes;
    batch.from_file = record.from_file;
    batch.started_at = record.started_at;
    batch.state = BatchState::Over;
    batch
}

fn item_from_record(row: RoleBatchRow) -> Item {
    let left_out = match &row.state {
        BatchRowRecord::LeftOut(reason) => serde_json::from_str(reason).ok(),
        _ => None,
    };
    let (state, error) = match &row.state {
        BatchRowRecord::Planned => (BatchRowState::Cancelled, None),
        BatchRowRecord::LeftOut(_) => (BatchRowState::LeftOut, None),
        BatchRowRecord::Sent => {
            let reason = AppError::new(ErrorCode::Network, "the app ended before the response arrived");
            (BatchRowState::Unknown, Some(reason))
        }
        BatchRowRecord::Done => (BatchRowState::Done, None),
        BatchRowRecord::Failed(error) => (BatchRowState::Failed, Some(read_reason(error))),
        BatchRowRecord::Unknown(error) => (BatchRowState::Unknown, Some(read_reason(error))),
    };
    Item {
        id: row.collaborator,
        user_id: row.user_id,
        seen: None,
        shown: BatchRow {
            line: row.line.and_then(|line| usize::try_from(line).ok()),
            name: row.name,
            email: row.email,
            from: row.old,
            to: row.new,
            state,
            left_out,
            error,
        },
        gives_admin: false,
        is_outside: false,
        can_undo: row.can_undo,
    }
}

/// The stored state of a row whose change has ended.
pub(super) fn outcome_record(state: BatchRowState, failure: Option<&Failure>) -> BatchRowRecord {
    let error = || failure.map_or_else(Box::default, |failure| write_reason(failure, None));
    match state {
        BatchRowState::Done => BatchRowRecord::Done,
        BatchRowState::Failed => BatchRowRecord::Failed(error()),
        BatchRowState::Unknown => BatchRowRecord::Unknown(error()),
        BatchRowState::Running => BatchRowRecord::Sent,
        BatchRowState::Planned | BatchRowState::Cancelled => BatchRowRecord::Planned,
        BatchRowState::LeftOut => left_out_record(Some(LeftOutReason::NoChange)),
    }
}

fn left_out_record(reason: Option<LeftOutReason>) -> BatchRowRecord {
    BatchRowRecord::LeftOut(reason.map(|reason| json!(reason).to_string()).unwrap_or_default())
}
