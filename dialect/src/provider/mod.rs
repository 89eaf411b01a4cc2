//! One file per wire format: how its requests read (`read`) and what its streamed answers say (`hear`).

pub(crate) mod anthropic; // messages
pub(crate) mod chatgpt_web; // the page chatgpt.com
pub(crate) mod claude_web; // the page claude.ai
pub(crate) mod file; // a body that is a file or plain text
pub(crate) mod form; // any URL-encoded form
pub(crate) mod gemini; // generateContent
pub(crate) mod gemini_web; // the page gemini.google.com
pub(crate) mod json; // any JSON
pub(crate) mod multipart; // any multipart form, OpenAI's file uploads among them
pub(crate) mod openai_chat; // chat completions and their older relatives
pub(crate) mod openai_responses; // responses
