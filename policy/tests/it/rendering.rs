use expect_test::expect;

use crate::fixture::{compiled, document};

#[test]
fn rules_as_sentences() {
    let rules = [
        "on: [prompt, upload]\ndata: pii\nunless: tool is approved for pii\nthen: redact\nif uninspected: block",
        "data: [secret, at least 10 of pii.email, source_code.rust]\nthen: block",
        "when: [person is contractor or vendor, tool is not approved]\nthen: justify",
        "on: [receive, sign_in]\nwhen: account is personal or account is anonymous\nthen: coach",
        "data: none\nwhen: tool is approved or conditional\nthen: allow",
        "data: marking\nunless:\n  - tool is approved for the data\n  - in a sandbox\nthen: block\nif uninspected: allow",
        "when: [training privacy is missing, the policy is not attested, risk is at least elevated]\nthen: coach",
        "```cedar then=block data=pii\nforbid (principal, action, resource) when { context.sandbox };",
    ];
    let policy = compiled(&document("coach", &rules));
    let sentences: Vec<String> = policy
        .clauses()
        .iter()
        .filter_map(|clause| clause.machine.as_ref())
        .map(policy::render::machine)
        .collect();
    expect![[r#"
        Prompts and uploads that contain personal data are redacted, unless the tool is approved for personal data. Where content cannot be inspected, they are blocked.
        Prompts and uploads that contain credentials and secrets, at least 10 findings of e-mail addresses or Rust source code are blocked.
        Prompts and uploads, where the person is a contractor or a vendor and the tool is not approved, need a stated reason.
        Answers and sign-ins, where the account is a personal one or the account is anonymous, are held once, with advice.
        Prompts and uploads in which nothing sensitive is found, where the tool is approved or conditionally approved, are allowed.
        Prompts and uploads that contain text with a classification marking are blocked, unless the tool is approved for the data it would receive or the work is done in a sandbox. It does not apply to content that cannot be inspected.
        Prompts and uploads, where the person has not passed the training privacy, the person has not attested this policy and the person’s risk level is elevated or high, are held once, with advice.
        Exchanges with personal data that match the conditions below are blocked."#]].assert_eq(&sentences.join("\n"));
}

const HOSTILE: &str = "---\npolicy: test\ntitle: <b>Rules</b>\nowner: a@b.example\nreview_every: 90d\napprovals: [legal]\n\
    otherwise: coach\n---\nPreamble <script>alert(1)</script>.\n\n## Data <i>x</i>\n\nIntroduction.\n\n\
    ### A-1 Personal <img src=x onerror=alert(1)>\n\nSee [this](javascript:alert(1)) and <script>alert(2)</script>.\n\n\
    <div onclick=\"alert(3)\">raw</div>\n\n> Why: because <script>alert(4)</script>\n\n\
    ```rule\ndata: pii\nthen: redact\n```\n\n```examples\n- says: \"<script>alert(5)</script> & 'more'\"\n  tool: chatgpt\n  \
    person: vendor\n  account: personal\n  expect: redact A-1\n- says: Hello\n  tool: claude\n  tool state: approved\n  \
    expect: coach\n```\n\n### A-2 By people\n\nTalk to us.\n";

#[test]
fn html_shows_raw_html_as_text() {
    let html = policy::render::html(&compiled(HOSTILE));
    for forbidden in ["<script", "<img", "<b>Rules", "<i>x", "<div onclick", "href=\"javascript"] {
        assert!(!html.contains(forbidden), "{forbidden} in\n{html}");
    }
    expect![[r##"
        <article class="policy" lang="en-GB">
        <header>
        <h1>&lt;b&gt;Rules&lt;/b&gt;</h1>
        <dl><dt>Owner</dt><dd>a@b.example</dd><dt>Version</dt><dd><code>b75511913268</code></dd><dt>Reviewed every</dt><dd>90 days</dd><dt>Approved by</dt><dd>legal</dd></dl>
        </header>
        <p>Preamble &lt;script&gt;alert(1)&lt;/script&gt;.</p>
        <nav aria-labelledby="contents">
        <h2 id="contents">Contents</h2>
        <ol>
        <li><a href="#section-1">Data &lt;i&gt;x&lt;/i&gt;</a>
        <ol>
        <li><a href="#A-1">A-1 Personal &lt;img src=x onerror=alert(1)&gt;</a></li>
        <li><a href="#A-2">A-2 By people</a></li>
        </ol></li>
        </ol>
        </nav>
        <section aria-labelledby="section-1">
        <h2 id="section-1">Data &lt;i&gt;x&lt;/i&gt;</h2>
        <p>Introduction.</p>
        <section class="clause" aria-labelledby="A-1">
        <h3 id="A-1"><span class="clause-id">A-1</span> Personal &lt;img src=x onerror=alert(1)&gt;</h3>
        <p>See <a href="">this</a> and &lt;script&gt;alert(2)&lt;/script&gt;.</p>
        &lt;div onclick=&quot;alert(3)&quot;&gt;raw&lt;/div&gt;
        <p class="rule" data-action="redact" data-severity="medium"><strong>In practice:</strong> Prompts and uploads that contain personal data are redacted. Where content cannot be inspected, they are blocked.</p>
        <div class="why" role="note" aria-label="Why"><p>because &lt;script&gt;alert(4)&lt;/script&gt;</p>
        </div>
        <ul class="examples" aria-label="Examples for A-1">
        <li class="may-but"><strong>Sensitive parts are replaced when you send</strong> <q>&lt;script&gt;alert(5)&lt;/script&gt; &amp; &#39;more&#39;</q> to chatgpt, with a personal account, as a vendor.</li>
        <li class="may-but"><strong>You get advice before you send</strong> <q>Hello</q> to claude, while that tool is approved.</li>
        </ul>
        </section>
        <section class="clause" aria-labelledby="A-2">
        <h3 id="A-2"><span class="clause-id">A-2</span> By people</h3>
        <p>Talk to us.</p>
        <p class="rule people"><strong>In practice:</strong> upheld by people.</p>
        </section>
        </section>
        </article>
    "##]].assert_eq(&html);
}

#[test]
fn markdown() {
    expect![[r##"
        # <b>Rules</b>

        Owner: a@b.example · Version: `b75511913268` · Reviewed every 90 days · Approved by: legal

        Preamble <script>alert(1)</script>.

        ## Contents

        - Data <i>x</i>
          - [A-1 Personal <img src=x onerror=alert(1)>](#A-1)
          - [A-2 By people](#A-2)

        ## Data <i>x</i>

        Introduction.

        ### <a id="A-1"></a>A-1 Personal <img src=x onerror=alert(1)>

        See [this](javascript:alert(1)) and <script>alert(2)</script>.

        <div onclick="alert(3)">raw</div>

        **In practice:** Prompts and uploads that contain personal data are redacted. Where content cannot be inspected, they are blocked.

        > Why: because <script>alert(4)</script>

        - **Sensitive parts are replaced when you send** “\<script>alert(5)\</script> & 'more'” to chatgpt, with a personal account, as a vendor.
        - **You get advice before you send** “Hello” to claude, while that tool is approved.

        ### <a id="A-2"></a>A-2 By people

        Talk to us.

        **In practice:** upheld by people.
    "##]].assert_eq(&policy::render::markdown(&compiled(HOSTILE)));
}

#[test]
fn cedar_text() {
    let policy = compiled(&document(
        "coach",
        &[
            "data: pii\nunless: tool is approved for the data\nthen: redact",
            "when: tool is denied\nthen: block",
        ],
    ));
    expect![[r#"
        // decision set: what is permitted, and what is blocked

        @clause("T-1")
        @then("block")
        forbid(
          principal,
          action in [Action::"prompt",Action::"upload"],
          resource
        ) when {
          (!(context.visibility == Visibility::"content")) && ((!context.exempt.contains(Clause::"T-1")) && (!resource.approved_for.contains(Label::"pii")))
        };

        @clause("T-2")
        @then("block")
        forbid(
          principal,
          action in [Action::"prompt",Action::"upload"],
          resource
        ) when {
          (!context.exempt.contains(Clause::"T-2")) && (resource.state == ToolState::"denied")
        };

        // duty set: redact

        @clause("T-1")
        @then("redact")
        permit(
          principal,
          action in [Action::"prompt",Action::"upload"],
          resource
        ) when {
          (context.visibility == Visibility::"content") && ((!context.exempt.contains(Clause::"T-1")) && (context.labels.contains(Label::"pii") && (!(!context.unapproved.contains(Label::"pii")))))
        };
    "#]].assert_eq(&policy::render::cedar(&policy));
}
