//! What the crate makes of real captures and logs.

mod packet; // captures of real clients
