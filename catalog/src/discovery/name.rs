use std::net::IpAddr;

use super::sign::{Sign, Signs};
use crate::name::bare;

/// Names of tools and models that others put into theirs. Each is long and odd enough to be no other word.
const BRANDS: [&str; 27] = [
    "anthropic",
    "chatgpt",
    "claude",
    "comfyui",
    "copilot",
    "deepseek",
    "elevenlabs",
    "flowise",
    "gpt4",
    "gpt5",
    "huggingface",
    "janitorai",
    "langchain",
    "langfuse",
    "librechat",
    "litellm",
    "lmstudio",
    "midjourney",
    "mistral",
    "novelai",
    "ollama",
    "openai",
    "openrouter",
    "openwebui",
    "perplexity",
    "qwen",
    "stablediffusion",
];
/// Words of the field.
const WORDS: [&str; 26] = [
    "agentic",
    "aiagent",
    "aichat",
    "aivideo",
    "aivoice",
    "aiwriter",
    "chatbot",
    "deepfake",
    "diffusion",
    "embeddings",
    "faceswap",
    "finetune",
    "genai",
    "generative",
    "gpt",
    "imagegen",
    "inference",
    "llama",
    "llm",
    "llms",
    "neural",
    "rag",
    "text2",
    "txt2img",
    "vllm",
    "voiceclone",
];
/// Words that many AI tools have in their names, and other services too.
const COMMON: [&str; 30] = [
    "agent",
    "agents",
    "assistant",
    "assistants",
    "avatar",
    "bot",
    "bots",
    "chat",
    "cognition",
    "deep",
    "dream",
    "headshot",
    "humanize",
    "imagine",
    "infer",
    "lingo",
    "neuro",
    "paraphrase",
    "persona",
    "pilot",
    "prompt",
    "scribe",
    "speech",
    "summarize",
    "summary",
    "transcribe",
    "transcript",
    "vision",
    "voice",
    "write",
];
/// What `ai` is put before.
const MAKERS: [&str; 36] = [
    "agent", "art", "base", "bot", "box", "call", "chat", "code", "coder", "design", "draft", "flow", "hub",
    "human", "image", "labs", "learn", "mail", "maker", "mentor", "model", "music", "pdf", "photo", "ppt",
    "search", "slides", "song", "story", "studio", "tools", "tutor", "video", "voice", "work", "writ",
];
/// Words that end in `ai` and mean something else.
const NOT_AI: [&str; 27] = [
    "altai", "banzai", "bonsai", "chai", "chennai", "dalai", "dubai", "hyundai", "kai", "kawai", "lorelai",
    "masai", "mihai", "mirai", "moai", "mumbai", "nikolai", "rai", "samurai", "senpai", "shanghai", "sinai",
    "skai", "thai", "tokai", "yokai", "zai",
];

/// The registrable domain that `host` is part of, by the public suffix list: hosts of one service group together.
/// Addresses and names without a public suffix are their own site.
pub fn site(host: &str) -> &str {
    let host = bare(host);
    if host.parse::<IpAddr>().is_ok() {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

/// What a host's name says. Empty for addresses.
pub fn of_host(host: &str) -> Signs {
    let host = bare(host).to_ascii_lowercase();
    if host.parse::<IpAddr>().is_ok() || host.len() > 253 {
        return Signs::NONE;
    }
    let suffix = psl::suffix_str(&host).unwrap_or_default();
    let own = host.strip_suffix(suffix).unwrap_or(&host);
    let mut signs = Signs::NONE;
    if suffix == "ai" && !own.is_empty() || suffix.ends_with(".ai") {
        signs = signs.with(Sign::AiDomain);
    }
    for part in own.split(['.', '-', '_']).filter(|part| !part.is_empty()) {
        signs = signs.and(of_part(part));
    }
    signs
}

/// What the names of a host's certificate say, beyond what `host` itself says.
pub fn of_certificate<'a>(host: &str, names: impl IntoIterator<Item = &'a str>) -> Signs {
    let telling = |name: &str| {
        let signs = of_host(name.trim_start_matches("*."));
        signs.has(Sign::AiDomain) || signs.has(Sign::Brand) || signs.has(Sign::Word)
    };
    let own = site(host);
    let other = names.into_iter().take(64).filter(|name| site(name) != own);
    other.into_iter().find(|name| telling(name)).map_or(Signs::NONE, |_| Sign::Certificate.into())
}

/// What one part of a name says: what stands between dots, dashes and underscores.
fn of_part(part: &str) -> Signs {
    let mut signs = Signs::NONE;
    if BRANDS.iter().any(|brand| edge(part, brand)) {
        signs = signs.with(Sign::Brand);
    }
    if WORDS.iter().any(|word| if word.len() > 3 { edge(part, word) } else { short(part, word) }) {
        signs = signs.with(Sign::Word);
    }
    if is_ai(part) {
        signs = signs.with(Sign::AiWord);
    }
    if COMMON.iter().any(|word| edge(part, word)) {
        signs = signs.with(Sign::CommonWord);
    }
    signs
}

/// Whether `part` begins or ends with `word`.
fn edge(part: &str, word: &str) -> bool {
    part.starts_with(word) || part.ends_with(word)
}

/// Three letters are a word by themselves, or at the end of a longer one with letters that do not make it another:
/// `editgpt`, but not `fragrag`.
fn short(part: &str, word: &str) -> bool {
    part == word || word != "rag" && edge(part, word)
}

/// Whether `ai` is a word in `part`: by itself, before the name of something made, or after a longer word.
fn is_ai(part: &str) -> bool {
    if part == "ai" {
        return true;
    }
    if part.strip_prefix("ai").is_some_and(|rest| MAKERS.iter().any(|maker| rest.starts_with(maker))) {
        return true;
    }
    part.len() >= 6 && part.ends_with("ai") && !NOT_AI.iter().any(|word| part.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::{of_certificate, of_host, site};
    use crate::discovery::{Sign, Signs};

    #[test]
    fn names_say_what_they_say() {
        use Sign::{AiDomain, AiWord, Brand, CommonWord, Word};
        for (host, expected) in [
            ("painter.ai", vec![AiDomain]),
            ("www.painter.com.ai", vec![AiDomain]),
            ("ai", vec![]),
            ("EditGPT.app", vec![Word]),
            ("my-llm.example.org", vec![Word]),
            ("chatgptwriter.net", vec![Brand, CommonWord]),
            ("ai.example.com", vec![AiWord]),
            ("aisongmaker.io", vec![AiWord]),
            ("fairytailai.com", vec![AiWord]),
            ("www.hyundai.com", vec![]),
            ("air.example", vec![]),
            ("www.aid.example", vec![]),
            ("thai.example", vec![]),
            ("snapchat.com", vec![CommonWord]),
            ("fragrag.example", vec![]),
            ("10.0.0.7:11434", vec![]),
            ("[2001:db8::1]:443", vec![]),
            ("", vec![]),
            ("...", vec![]),
            ("münchen.example", vec![]),
        ] {
            assert_eq!(of_host(host), expected.into_iter().collect::<Signs>(), "{host}");
        }
    }

    #[test]
    fn hosts_of_one_service_are_one_site() {
        for (host, expected) in [
            ("api.eu.painter.ai", "painter.ai"),
            ("painter.co.uk", "painter.co.uk"),
            ("www.painter.co.uk:8443", "painter.co.uk"),
            ("jo.github.io", "jo.github.io"),
            ("10.0.0.7", "10.0.0.7"),
            ("gpu-1", "gpu-1"),
            ("com", "com"),
            ("", ""),
        ] {
            assert_eq!(site(host), expected, "{host}");
        }
    }

    #[test]
    fn certificates_count_for_other_names_only() {
        let own = ["painter.ai", "*.painter.ai"];
        assert_eq!(of_certificate("www.painter.ai", own), Signs::NONE);
        assert_eq!(of_certificate("cdn.example", ["cdn.example", "*.painter.ai"]), Sign::Certificate.into());
        assert_eq!(of_certificate("cdn.example", ["www.example.org"]), Signs::NONE);
    }
}
