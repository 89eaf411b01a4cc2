use super::sign::{Sign, Signs};

/// Bytes of a body that are looked at.
const LOOKED_AT: usize = 64 * 1024;
/// Keys that name what a model is given, as the interfaces of OpenAI, Anthropic, Google, Cohere and Ollama call it.
const GIVEN: [&[u8]; 6] = [b"messages", b"prompt", b"contents", b"input", b"message", b"inputs"];

/// What a request's head says; `path` may carry a query. `port` matters for Ollama, whose paths others have too.
pub fn of_request(method: &str, path: &str, port: Option<u16>) -> Signs {
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
    if path.len() > 2_048 {
        return Signs::NONE;
    }
    let sign = match method {
        "POST" => of_post(path, port),
        "GET" => of_get(path, port),
        _ => None,
    };
    sign.map_or(Signs::NONE, Signs::from)
}

fn of_post(path: &str, port: Option<u16>) -> Option<Sign> {
    const MODEL: [&str; 9] = [
        "/chat/completions",
        "/v1/completions",
        "/v1/responses",
        "/v1/embeddings",
        "/v1/images/generations",
        "/v1/audio/transcriptions",
        "/invoke-with-response-stream",
        "/converse-stream",
        "/backend-api/conversation",
    ];
    const OWN: [&str; 6] = [
        "/generate_stream",    // text-generation-inference
        "/sdapi/v1/txt2img",   // AUTOMATIC1111
        "/v1/chat-messages",   // Dify
        "/api/v1/prediction",  // Flowise
        "/v2/models/infer",    // Triton
        "/api/chat/completed", // Open WebUI
    ];
    const OLLAMA: [&str; 4] = ["/api/chat", "/api/generate", "/api/embed", "/api/embeddings"];
    const COMMON: [&str; 9] = [
        "/chat",
        "/completion",
        "/completions",
        "/conversation",
        "/generate",
        "/inference",
        "/ask",
        "/v1/messages",
        "/stream",
    ];
    let ends = |list: &[&str]| list.iter().any(|end| path.ends_with(end));
    let calls = [":generateContent", ":streamGenerateContent"].iter().any(|call| path.ends_with(call));
    if ends(&MODEL) || calls || path.contains("/openai/deployments/") {
        Some(Sign::ModelPath)
    } else if ends(&OWN) || OLLAMA.contains(&path) && port == Some(11_434) {
        Some(Sign::OwnModelPath)
    } else if path == "/mcp" || path.ends_with("/mcp") {
        Some(Sign::ToolProtocol)
    } else if ends(&COMMON) {
        Some(Sign::CommonPath)
    } else {
        None
    }
}

fn of_get(path: &str, port: Option<u16>) -> Option<Sign> {
    match path {
        "/api/tags" | "/api/ps" | "/api/version" if port == Some(11_434) => Some(Sign::OwnModelPath),
        "/v1/models" | "/api/v1/models" | "/openai/v1/models" => Some(Sign::ModelList),
        _ => None,
    }
}

/// What a request's body says: whether it is JSON that names a model and gives it something, or a call of the Model
/// Context Protocol. Looks at the names of the outermost fields in the first 64 KiB; keeps nothing.
pub fn of_body(body: &[u8]) -> Signs {
    let body = body.get(..LOOKED_AT).unwrap_or(body);
    let (mut model, mut given, mut rpc, mut tool) = (false, false, false, false);
    for (key, value) in Fields::of(body) {
        model |= key == b"model" || key == b"modelId" || key == b"model_name";
        given |= GIVEN.contains(&key);
        rpc |= key == b"jsonrpc";
        tool |= key == b"method" && is_tool_call(value);
    }
    match (model && given, rpc && tool) {
        (true, _) => Sign::ModelBody.into(),
        (_, true) => Sign::ToolProtocol.into(),
        _ => Signs::NONE,
    }
}

/// Methods of the Model Context Protocol, specification of 2025-06-18.
fn is_tool_call(value: &[u8]) -> bool {
    const CALLS: [&[u8]; 6] = [
        b"\"initialize\"",
        b"\"tools/list\"",
        b"\"tools/call\"",
        b"\"resources/read\"",
        b"\"resources/list\"",
        b"\"prompts/get\"",
    ];
    CALLS.iter().any(|call| value.starts_with(call))
}

/// What an answer's `Content-Type` says.
pub fn of_answer_type(content_type: &str) -> Signs {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let streams = ["text/event-stream", "application/x-ndjson", "application/vnd.amazon.eventstream"];
    match streams.iter().any(|stream| essence.eq_ignore_ascii_case(stream)) {
        true => Sign::EventStream.into(),
        false => Signs::NONE,
    }
}

/// The outermost fields of a JSON object: name, and the text from the value on. Stops where it is no JSON.
struct Fields<'a> {
    rest: &'a [u8],
    depth: u32,
}

impl<'a> Fields<'a> {
    fn of(body: &'a [u8]) -> Self {
        Self { rest: body.trim_ascii_start(), depth: 0 }
    }

    /// The text of the string that begins here, after its quote; the rest begins after the closing one.
    fn string(&mut self) -> Option<&'a [u8]> {
        let text = self.rest;
        let mut at = 0;
        loop {
            match text.get(at)? {
                b'"' => break,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.rest = text.get(at + 1..)?;
        text.get(..at)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            let outermost = self.depth == 1;
            self.rest = rest;
            match first {
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.checked_sub(1).filter(|depth| *depth > 0)?,
                b'"' => {
                    let text = self.string()?;
                    if let (true, Some(value)) = (outermost, self.rest.trim_ascii_start().strip_prefix(b":"))
                    {
                        return Some((text, value.trim_ascii_start()));
                    }
                }
                _ if self.depth == 0 => return None,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{of_answer_type, of_body, of_request};
    use crate::discovery::{Sign, Signs};

    #[test]
    fn heads_say_what_they_say() {
        for (method, path, port, expected) in [
            ("POST", "/v1/chat/completions", Some(8000), Some(Sign::ModelPath)),
            ("POST", "/proxy/7/v1/chat/completions?x=1", None, Some(Sign::ModelPath)),
            ("POST", "/v1beta/models/m:streamGenerateContent", None, Some(Sign::ModelPath)),
            ("POST", "/api/chat", Some(11434), Some(Sign::OwnModelPath)),
            ("POST", "/api/chat", Some(443), Some(Sign::CommonPath)),
            ("GET", "/api/tags", Some(11434), Some(Sign::OwnModelPath)),
            ("GET", "/api/tags", Some(443), None),
            ("GET", "/v1/models", Some(8000), Some(Sign::ModelList)),
            ("POST", "/mcp", None, Some(Sign::ToolProtocol)),
            ("POST", "/v1/messages", None, Some(Sign::CommonPath)),
            ("POST", "/checkout", None, None),
            ("GET", "/v1/chat/completions", None, None),
            ("", "", None, None),
        ] {
            assert_eq!(of_request(method, path, port), expected.map_or(Signs::NONE, Signs::from), "{path}");
        }
    }

    #[test]
    fn bodies_say_what_they_say() {
        for (body, expected) in [
            (r#"{"model":"m","messages":[{"role":"user","content":"{\"x\":1}"}]}"#, Some(Sign::ModelBody)),
            (r#" { "stream" : true, "prompt" : "hi", "model" : "m" }"#, Some(Sign::ModelBody)),
            (r#"{"order":{"model":"m","messages":[]}}"#, None),
            (r#"{"note":"\"model\":1,\"messages\":2"}"#, None),
            (r#"{"model":"X5","colour":"red"}"#, None),
            (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#, Some(Sign::ToolProtocol)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"eth_call"}"#, None),
            (r#"[{"model":"m","messages":[]}]"#, None),
            ("model=m&messages=x", None),
            ("", None),
            (r#"{"model":"m","mess"#, None),
        ] {
            assert_eq!(of_body(body.as_bytes()), expected.map_or(Signs::NONE, Signs::from), "{body}");
        }
    }

    #[test]
    fn answers_say_what_they_are() {
        assert_eq!(of_answer_type("Text/Event-Stream; charset=utf-8"), Sign::EventStream.into());
        assert_eq!(of_answer_type("text/html"), Signs::NONE);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(body: Vec<u8>, method: String, path: String) {
            of_body(&body);
            of_request(&method, &path, None);
            of_answer_type(&path);
            crate::discovery::of_host(&path);
            crate::discovery::site(&path);
        }
    }
}
