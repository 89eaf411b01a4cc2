//! What every answer has in common: ids, problems, security headers, inputs, the console's files.

pub(crate) mod console; // the embedded console and its caching
pub(crate) mod csv; // tables for spreadsheets
pub(crate) mod input; // bodies, queries and path parameters, with places in their errors
pub(crate) mod origin; // which site and which address a request comes from
pub(crate) mod problem; // errors as clients see them
pub(crate) mod request_id; // naming, logging and counting requests
pub(crate) mod security; // headers that protect browsers
