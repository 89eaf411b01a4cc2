//! Turns a credential or an address into a person, from a directory that an administrator keeps as a CSV file.
//!
//! Never touches network, disk or clock, and never keeps or prints a password.

mod directory; // who there is, and who is behind some evidence
mod row; // one line of the CSV file
mod table; // the CSV file -> directory, reporting every mistake at once

mod networks; // addresses -> person by longest prefix
mod password; // checking and making password hashes

pub use directory::{By, Directory, Evidence, Identified};
pub use password::{InvalidPassword, hash_password};
pub use table::{COLUMNS, Mistake};
