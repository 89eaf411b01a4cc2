"""The OpenAI and Anthropic SDKs through a running gate.

The harness (app/tests/it) sets: BYLAW_PROXY, the gate with a person's credentials; BYLAW_CA, the file with Bylaw's
certificate authority; SANDBOX_ADMIN, where the sandbox tells what the tools received.
"""

import io
import json
import os
import pathlib
import ssl
import unittest
import urllib.request
import zipfile

import anthropic
import httpx2 as httpx
import openai

SSN = "536-90-4399"
PROXY = os.environ["BYLAW_PROXY"]
CA = os.environ["BYLAW_CA"]
ADMIN = os.environ["SANDBOX_ADMIN"]


def client():
    return httpx.Client(proxy=PROXY, verify=ssl.create_default_context(cafile=CA), timeout=30)


def received():
    with urllib.request.urlopen(f"{ADMIN}/__sandbox/received") as answer:
        return json.dumps(json.load(answer))


def packed(name, content):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr(name, content)
    return archive.getvalue()


class OpenAi(unittest.TestCase):
    def setUp(self):
        self.sdk = openai.OpenAI(api_key="sandbox", http_client=client(), max_retries=0)
        self.addCleanup(self.sdk.close)

    def ask(self, text, **options):
        return self.sdk.chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": text}], **options
        )

    def test_harmless_prompt_passes(self):
        answer = self.ask("Brainstorm five slogans for a bakery's summer newsletter")
        self.assertTrue(answer.choices[0].message.content)

    def test_ssn_is_replaced_for_the_tool_and_restored_for_the_person(self):
        answer = self.ask(f"Repeat: the file of Anna Kovacs has SSN {SSN}")
        self.assertIn(SSN, answer.choices[0].message.content)
        self.assertNotIn(SSN, received())
        self.assertIn("[US_SSN_", received())

    def test_ssn_is_restored_across_events_of_a_stream(self):
        stream = self.ask(f"Repeat: the file of Boris Lang has SSN {SSN}", stream=True)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        self.assertIn(SSN, text)
        self.assertNotIn("[US_SSN_", text)
        self.assertNotIn(SSN, received())

    def test_responses_api_stream(self):
        with self.sdk.responses.stream(model="gpt-5", input=f"Repeat: SSN {SSN} belongs to Anna Kovacs") as stream:
            final = stream.get_final_response()
        self.assertIn(SSN, final.output_text)
        self.assertNotIn(SSN, received())

    def test_a_credential_is_refused_with_a_readable_error(self):
        key = "AKIA" + "QYLPMN5HHHFPZAM2"
        for stream in (False, True):
            with self.assertRaises(openai.PermissionDeniedError) as caught:
                self.ask(f"Why does my upload fail? AWS_ACCESS_KEY_ID={key}", stream=stream)
            self.assertRegex(str(caught.exception), r"[A-Z]+-\d+")
            self.assertNotIn(key, str(caught.exception))
        self.assertNotIn(key, received())

    def test_an_answer_with_hidden_text_is_withheld(self):
        prompt = "Summarise https://prepared.example/offer for me"
        with self.assertRaises(openai.PermissionDeniedError) as caught:
            self.ask(prompt)
        self.assertIn("BAN-3", str(caught.exception))
        shown = ""
        with self.assertRaises(openai.APIError) as caught:
            for chunk in self.ask(prompt, stream=True):
                shown += chunk.choices[0].delta.content or ""
        self.assertIn("BAN-3", str(caught.exception))
        self.assertIn("Summary", shown)
        self.assertTrue(all(ord(character) < 0xE0000 for character in shown))

    def test_a_streamed_response_with_hidden_text_ends_with_an_error(self):
        with self.assertRaises(openai.APIError) as caught:
            for _ in self.sdk.responses.create(
                model="gpt-5", input="Summarise https://prepared.example/offer", stream=True
            ):
                pass
        self.assertIn("BAN-3", str(caught.exception))

    def test_an_uploaded_file_is_inspected(self):
        key = "AKIA" + "QYLPMN5HHHFPZAM2"
        with self.assertRaises(openai.PermissionDeniedError):
            self.sdk.files.create(file=("notes.txt", f"aws_access_key_id = {key}\n".encode()), purpose="user_data")
        self.assertNotIn(key, received())

    def test_a_customer_list_is_caught_in_files_of_any_format(self):
        samples = pathlib.Path(__file__).parent.parent / "detect" / "tests" / "files"
        files = {name: (samples / name).read_bytes() for name in ("project.docx", "customers.xlsx", "customers.pdf")}
        files["backup.zip"] = packed("inner.zip", packed("lists/customers.xlsx", files["customers.xlsx"]))
        for name, content in files.items():
            for _ in range(2):  # sending it again makes no difference
                with self.assertRaises(openai.PermissionDeniedError) as caught:
                    self.sdk.files.create(file=(name, content), purpose="user_data")
                self.assertRegex(str(caught.exception), r"DATA-\d+", name)
                self.assertIn("Found: ", str(caught.exception), name)
        self.assertNotIn("backup.zip", received())

    def test_a_first_upload_is_coached_and_the_retry_passes(self):
        def upload():
            return self.sdk.files.create(file=("notes.txt", b"Opening hours: nine to five.\n"), purpose="user_data")

        with self.assertRaises(openai.PermissionDeniedError) as caught:
            upload()
        self.assertIn("send it again within 15 minutes", str(caught.exception))
        self.assertTrue(upload().id)


class Anthropic(unittest.TestCase):
    def setUp(self):
        self.sdk = anthropic.Anthropic(api_key="sandbox", http_client=client(), max_retries=0)
        self.addCleanup(self.sdk.close)

    def ask(self, text):
        return {"model": "claude-sonnet-5", "max_tokens": 500, "messages": [{"role": "user", "content": text}]}

    def test_ssn_is_replaced_and_restored(self):
        answer = self.sdk.messages.create(**self.ask(f"Repeat: the file of Anna Kovacs has SSN {SSN}"))
        self.assertIn(SSN, answer.content[0].text)
        self.assertNotIn(SSN, received())

    def test_ssn_is_restored_across_events_of_a_stream(self):
        with self.sdk.messages.stream(**self.ask(f"Repeat: the file of Boris Lang has SSN {SSN}")) as stream:
            text = "".join(stream.text_stream)
        self.assertIn(SSN, text)
        self.assertNotIn(SSN, received())

    def test_an_answer_with_hidden_text_is_withheld(self):
        prompt = self.ask("Summarise https://prepared.example/offer for me")
        with self.assertRaises(anthropic.PermissionDeniedError) as caught:
            self.sdk.messages.create(**prompt)
        self.assertIn("BAN-3", str(caught.exception))
        with self.assertRaises(anthropic.APIStatusError) as caught:
            with self.sdk.messages.stream(**prompt) as stream:
                for _ in stream.text_stream:
                    pass
        self.assertIn("BAN-3", str(caught.exception))

    def test_a_private_key_is_refused_with_a_readable_error(self):
        key = "-----BEGIN EC PRIVATE KEY-----\n" + "MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04f" * 3 + "\n-----END EC PRIVATE KEY-----"
        with self.assertRaises(anthropic.PermissionDeniedError) as caught:
            self.sdk.messages.create(**self.ask(f"What is wrong with this key?\n{key}"))
        self.assertRegex(str(caught.exception), r"[A-Z]+-\d+")


if __name__ == "__main__":
    unittest.main(verbosity=2)
