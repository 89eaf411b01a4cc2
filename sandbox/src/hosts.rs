/// Which provider plays a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    OpenAi,
    Anthropic,
    Google,
    ChatGpt,
    /// Answers any JSON with JSON.
    Generic,
}

/// The names the sandbox answers to.
pub const HOSTS: [&str; 34] = [
    "api.openai.com",
    "chatgpt.com",
    "api.anthropic.com",
    "generativelanguage.googleapis.com",
    "us-central1-aiplatform.googleapis.com",
    "brightwater.openai.azure.com",
    "claude.ai",
    "gemini.google.com",
    "appsgenaiserver-pa.clients6.google.com",
    "copilot.microsoft.com",
    "api.business.githubcopilot.com",
    "api.individual.githubcopilot.com",
    "www.perplexity.ai",
    "api.perplexity.ai",
    "chat.deepseek.com",
    "api.deepseek.com",
    "grok.com",
    "api.x.ai",
    "chat.mistral.ai",
    "api.mistral.ai",
    "www.meta.ai",
    "openrouter.ai",
    "api.groq.com",
    "api.cohere.com",
    "router.huggingface.co",
    "www.notion.so",
    "brightwater.my.salesforce.com",
    "api.salesforce.com",
    "api.deepl.com",
    "quillbot.com",
    "api.elevenlabs.io",
    "www.midjourney.com",
    "otter.ai",
    "llm.brightwater.example",
];

pub(crate) fn part(host: &str, path: &str) -> Part {
    match host {
        "api.openai.com" | "llm.brightwater.example" => Part::OpenAi,
        "chatgpt.com" => Part::ChatGpt,
        "api.anthropic.com" => Part::Anthropic,
        "generativelanguage.googleapis.com" | "us-central1-aiplatform.googleapis.com" => Part::Google,
        _ if path.ends_with("/chat/completions") => Part::OpenAi,
        _ => Part::Generic,
    }
}
