/// A wire format that AI services speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// OpenAI chat completions, with the older completions, embeddings, moderations, images and speech beside them; also
    /// what most other services call "OpenAI-compatible".
    OpenaiChat,
    /// OpenAI responses.
    OpenaiResponses,
    /// OpenAI file uploads and transcriptions.
    OpenaiFiles,
    /// Anthropic messages.
    Anthropic,
    /// Google `generateContent` and its relatives.
    Gemini,
    /// The page chatgpt.com.
    ChatgptWeb,
    /// The page claude.ai.
    ClaudeWeb,
    /// The page gemini.google.com.
    GeminiWeb,
    /// Any JSON.
    Json,
    /// Any URL-encoded form.
    Form,
    /// Any multipart form.
    Multipart,
    /// Anything else: text, or a file sent as it is.
    Text,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 12] = [
        Self::OpenaiChat,
        Self::OpenaiResponses,
        Self::OpenaiFiles,
        Self::Anthropic,
        Self::Gemini,
        Self::ChatgptWeb,
        Self::ClaudeWeb,
        Self::GeminiWeb,
        Self::Json,
        Self::Form,
        Self::Multipart,
        Self::Text,
    ];

    /// The name used in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai_chat",
            Self::OpenaiResponses => "openai_responses",
            Self::OpenaiFiles => "openai_files",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::ChatgptWeb => "chatgpt_web",
            Self::ClaudeWeb => "claude_web",
            Self::GeminiWeb => "gemini_web",
            Self::Json => "json",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::Text => "text",
        }
    }

    /// The dialect the catalogue calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.as_str() == name)
    }
}

/// The dialect of a request: the catalogue's `hint` if there is one, else what host, path and media type tell.
///
/// OpenAI-compatible, Anthropic-compatible and Google-compatible paths are recognised on any host, because self-hosted
/// models (vLLM, Ollama, LiteLLM) speak them too.
pub fn recognise(
    host: &str,
    method: &str,
    path: &str,
    content_type: Option<&str>,
    hint: Option<Dialect>,
) -> Dialect {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    hint.or_else(|| by_host(host, path))
        .or_else(|| by_path(method, path))
        .unwrap_or_else(|| by_media_type(content_type))
}

fn by_host(host: &str, path: &str) -> Option<Dialect> {
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let web = |name: &str, prefix: &str| {
        let same = host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        same && path.starts_with(prefix)
    };
    if web("chatgpt.com", "/backend-") && path.contains("/conversation") {
        Some(Dialect::ChatgptWeb)
    } else if web("claude.ai", "/api/organizations/") && path.contains("/chat_conversations/") {
        Some(Dialect::ClaudeWeb)
    } else if web("gemini.google.com", "/_/BardChatUi/") {
        Some(Dialect::GeminiWeb)
    } else if web("api.anthropic.com", "/v1/") {
        Some(Dialect::Anthropic)
    } else if web("generativelanguage.googleapis.com", "/upload/") {
        Some(Dialect::Gemini)
    } else {
        None
    }
}

fn by_path(method: &str, path: &str) -> Option<Dialect> {
    if !matches!(method, "POST" | "PUT" | "PATCH") {
        return None;
    }
    let google_verbs = [
        ":generateContent",
        ":streamGenerateContent",
        ":countTokens",
        ":embedContent",
        ":batchEmbedContents",
    ];
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| path.ends_with(suffix));
    if ends(&["/chat/completions", "/completions", "/embeddings", "/moderations", "/images/generations"])
        || ends(&["/audio/speech"])
    {
        Some(Dialect::OpenaiChat)
    } else if ends(&["/v1/responses"]) {
        Some(Dialect::OpenaiResponses)
    } else if ends(&["/v1/files", "/audio/transcriptions", "/audio/translations", "/images/edits"]) {
        Some(Dialect::OpenaiFiles)
    } else if ends(&["/v1/messages", "/v1/messages/count_tokens", "/v1/complete"]) {
        Some(Dialect::Anthropic)
    } else if ends(&google_verbs) {
        Some(Dialect::Gemini)
    } else {
        None
    }
}

fn by_media_type(content_type: Option<&str>) -> Dialect {
    let media_type = media_type(content_type.unwrap_or_default());
    match media_type.as_str() {
        "application/x-www-form-urlencoded" => Dialect::Form,
        name if name.starts_with("multipart/") => Dialect::Multipart,
        name if name.contains("json") => Dialect::Json,
        _ => Dialect::Text,
    }
}

/// A media type without its parameters, in lower case.
pub(crate) fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Dialect, recognise};

    #[test]
    fn dialects_are_recognised() {
        for (host, path, content_type, expected) in [
            ("api.openai.com", "/v1/chat/completions", "application/json", Dialect::OpenaiChat),
            ("llm.example.com:8443", "/openai/v1/chat/completions?x=1", "", Dialect::OpenaiChat),
            ("api.openai.com", "/v1/responses", "application/json", Dialect::OpenaiResponses),
            ("api.openai.com", "/v1/files", "multipart/form-data; boundary=x", Dialect::OpenaiFiles),
            ("api.anthropic.com", "/v1/messages?beta=true", "application/json", Dialect::Anthropic),
            ("x", "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", "", Dialect::Gemini),
            ("chatgpt.com", "/backend-api/f/conversation", "application/json", Dialect::ChatgptWeb),
            ("chatgpt.com", "/backend-anon/f/conversation/prepare", "", Dialect::ChatgptWeb),
            ("api.anthropic.com", "/v1/files", "multipart/form-data; boundary=x", Dialect::Anthropic),
            ("generativelanguage.googleapis.com", "/upload/v1beta/files", "text/csv", Dialect::Gemini),
            ("evilchatgpt.com", "/backend-api/f/conversation", "application/json", Dialect::Json),
            ("claude.ai", "/api/organizations/o/chat_conversations/c/completion", "", Dialect::ClaudeWeb),
            ("gemini.google.com", "/_/BardChatUi/data/batchexecute?rpcids=x", "", Dialect::GeminiWeb),
            ("www.perplexity.ai", "/rest/sse/perplexity_ask", "application/json", Dialect::Json),
            ("example.com", "/x", "application/x-www-form-urlencoded; charset=UTF-8", Dialect::Form),
            ("example.com", "/x", "Multipart/Form-Data; boundary=y", Dialect::Multipart),
            ("example.com", "/x", "text/csv", Dialect::Text),
        ] {
            assert_eq!(recognise(host, "POST", path, Some(content_type), None), expected, "{host}{path}");
        }
    }

    #[test]
    fn names_are_those_of_the_catalogue() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::from_name(dialect.as_str()), Some(dialect));
        }
    }
}
