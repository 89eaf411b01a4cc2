//! Scenarios against a real server.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do: with the place and the value"
)]

mod client; // a browser's network layer, in small
mod records; // exchanges to have happened
mod world; // a server, a store, a clock

mod accounts; // users and tokens
mod ai_use;
mod assets; // what was made with AI
mod check; // "Can I?"
mod drafts; // drafts, opinions, comments
mod evidence; // audit log, evidence, packs, canaries, privacy
mod exception_requests; // exemptions that people ask for
mod exceptions; // exemptions
mod exchanges; // list, detail, overview, pseudonyms
mod found_hosts; // hosts that look like tools
mod in_house; // models of one's own
mod incidents; // what belongs together, and what people do about it
mod justify; // reasons, by link and by account
mod ladder; // what follows violations
mod learning; // what is usual, and what is not
mod live; // server-sent events
mod nodes; // two servers on one store
mod openapi; // the description tells the truth
mod policy; // lint and publish
mod portal; // read, accept, learn
mod publications; // gate, dates, rollouts, rollbacks, backtests
mod pushes; // drafts out of files
mod reports; // what people report, also without a name
mod reveals; // captured content, seen by two people
mod roles; // who may do what
mod sensor_lines; // lines of logs that are pushed
mod sign_in;
mod signatures; // sessions, codes, limits, CSRF
mod tool_reviews; // from a wish to a decision
mod tools; // decisions
mod web; // headers, problems, the console's files
