//! The picture service and the parts that it takes.

use std::sync::{Arc, Weak};

use super::open_picture::OpenPicture;
use super::process::PictureProcess;
use crate::kernel::deadline::Clock;
use crate::kernel::disk::Disk;
use crate::kernel::network::Network;
use crate::kernel::picture_ids::PictureAddresses;
use crate::kernel::state_cell::StateCell;
use crate::kernel::tasks::SessionTasks;
use crate::kernel::uploader::Uploader;

/// Serves pictures to the page and holds the one in the editor.
pub(crate) struct PictureService {
    pub(super) this: Weak<Self>,
    pub(super) state: Arc<StateCell>,
    pub(super) disk: Arc<Disk>,
    pub(super) tasks: Arc<SessionTasks>,
    pub(super) network: Arc<Network>,
    pub(super) clock: Clock,
    pub(super) addresses: Arc<PictureAddresses>,
    pub(super) uploader: Uploader,
    pub(super) process: PictureProcess,
    pub(super) opened: OpenPicture,
}

/// What the service takes.
pub(crate) struct PictureParts {
    pub(crate) state: Arc<StateCell>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) tasks: Arc<SessionTasks>,
    pub(crate) network: Arc<Network>,
    pub(crate) clock: Clock,
    pub(crate) addresses: Arc<PictureAddresses>,
    pub(crate) uploader: Uploader,
    pub(crate) process: PictureProcess,
}

impl PictureService {
    pub(crate) fn new(parts: PictureParts) -> Arc<Self> {
        let PictureParts { state, disk, tasks, network, clock, addresses, uploader, process } = parts;
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            opened: OpenPicture::default(),
            state,
            disk,
            tasks,
            network,
            clock,
            addresses,
            uploader,
            process,
        })
    }
}
