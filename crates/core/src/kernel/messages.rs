//! The languages of the interface, and the few of its texts that the core needs, in all languages in the same order. The build
//! script reads them from the message files of the page.

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
