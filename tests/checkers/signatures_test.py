#!/usr/bin/env python3
"""Signatures both ways: models signed here are verified by PyPI `model-signing`, and those signed by it here;
certificates of exams are verified by in-toto's own libraries, and those made by them here. Altered ones are refused.

    signatures_test.py PROGRAM
"""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import model_signing
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
PAYLOAD = "application/vnd.in-toto+json"
CARD = "name: walker\nkind: policy\norganisation: acme\nlicence: MIT\nverticals: [park]\nweights: [a.bin, sub/b.bin]\n"


class Mute(http.server.BaseHTTPRequestHandler):
    """A chat completion endpoint that can do nothing."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps({"steps": [], "ask": "", "cannot": "I cannot do that."})
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": answer}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Signatures(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.environment = dict(os.environ, XDG_DATA_HOME=str(self.path / "data"))
        for name, house, role in (("rita", "authority", "registrar"), ("sam", "acme", "submitter"),
                                  ("eva", "lab", "examiner")):
            self.longmen("register", "member", name, "--organisation", house, "--role", role, "--as", "rita")
        self.model = self.path / "walker"
        (self.model / "sub").mkdir(parents=True)
        (self.model / "a.bin").write_bytes(os.urandom(100_000))
        (self.model / "sub/b.bin").write_bytes(b"second")

    def tearDown(self):
        self.folder.cleanup()

    def longmen(self, *arguments, code=0, **environment):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                              env=dict(self.environment, **environment))
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def add(self, lines, code=0):
        (self.model / "card.yaml").write_text(CARD + lines)
        return self.longmen("register", "add", self.model / "card.yaml", "--as", "sam", code=code)

    def test_models_signed_here_are_verified_by_model_signing(self):
        (self.model / "card.yaml").write_text(CARD)
        lines = self.longmen("register", "sign", self.model / "card.yaml", "--as", "sam").stdout
        public = self.path / "public.pem"
        public.write_text("".join(line[2:] + "\n" for line in lines.split("signing_key: |\n")[1].splitlines()))
        verify = model_signing.verifying.Config().use_elliptic_key_verifier(public_key=public).verify
        verify(self.model, self.model / "model.sig")
        self.add(lines)

        (self.model / "sub/b.bin").write_bytes(b"Second")
        with self.assertRaises(ValueError):
            verify(self.model, self.model / "model.sig")
        (self.model / "sub/b.bin").write_bytes(b"second")
        bundle = json.loads((self.model / "model.sig").read_text())
        payload = base64.b64decode(bundle["dsseEnvelope"]["payload"]).replace(b"a.bin", b"A.bin")
        bundle["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
        (self.model / "model.sig").write_text(json.dumps(bundle))
        with self.assertRaises(Exception):
            verify(self.model, self.model / "model.sig")

    def test_models_signed_by_model_signing_are_verified_here(self):
        for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
            key = ec.generate_private_key(curve)
            private = self.path / "private.pem"
            private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                  serialization.NoEncryption()))
            (self.model / "card.yaml").unlink(missing_ok=True)
            (self.model / "model.sig").unlink(missing_ok=True)
            model_signing.signing.Config().use_elliptic_key_signer(private_key=private).sign(
                self.model, self.model / "model.sig")
            pem = key.public_key().public_bytes(serialization.Encoding.PEM,
                                                serialization.PublicFormat.SubjectPublicKeyInfo).decode()
            lines = self.lines_of(pem)
            whole = (self.model / "a.bin").read_bytes()
            (self.model / "a.bin").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            self.assertIn("is not what was signed", self.add(self.lines_of(pem), code=2).stderr)
            self.assertIn("the card says", self.add(lines, code=2).stderr)
            (self.model / "a.bin").write_bytes(whole)
            signature = (self.model / "model.sig").read_text()
            (self.model / "model.sig").write_text(signature.replace('"payload": "', '"payload": "AAAA', 1)
                                                  .replace('"payload":"', '"payload":"AAAA', 1))
            self.assertIn("did not sign", self.add(lines, code=2).stderr)
            (self.model / "model.sig").write_text(signature)
            other = ec.generate_private_key(curve).public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
            self.assertIn("did not sign", self.add(self.lines_of(other), code=2).stderr)
        self.add(lines)

    def lines_of(self, pem):
        """What a card says of these weights and this key."""
        manifest = "".join(f"{hashlib.sha256((self.model / name).read_bytes()).hexdigest()}  {name}\n"
                           for name in ("a.bin", "sub/b.bin"))
        return (f"sha256: {hashlib.sha256(manifest.encode()).hexdigest()}\nsignature: model.sig\nsigning_key: |\n" +
                "".join(f"  {line}\n" for line in pem.splitlines()))

    def examined(self):
        """A certificate as `longmen exam` signs it, of a model that refuses everything: it has failed."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mute)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        model = f"http://127.0.0.1:{server.server_port}/v1#mute"
        (self.path / "mute.yaml").write_text("name: mute\nkind: planner\norganisation: acme\nlicence: MIT\n"
                                             f"verticals: [park]\nendpoint: \"{model}\"\n")
        self.longmen("register", "add", self.path / "mute.yaml", "--as", "sam")
        file = self.path / "certificate.json"
        self.longmen("exam", model, "--vertical", "park", "--certificate", file, code=1)
        server.shutdown()
        server.server_close()
        return file

    def test_certificates_made_here_are_verified_by_in_toto(self):
        text = self.examined().read_text()
        envelope = Envelope.from_dict(json.loads(text))
        self.assertEqual(envelope.payload_type, PAYLOAD)
        statement = json_format.Parse(envelope.payload, statement_pb2.Statement())
        Statement.copy_from_pb(statement).validate()
        self.assertEqual(statement.subject[0].name, "mute")
        name = next(iter(envelope.signatures))
        public = base64.b64decode(name.split("+", 2)[2])[1:]  # the kind of the key, then Ed25519's 32 bytes
        key = SSlibKey(name, "ed25519", "ed25519", {"public": public.hex()})
        self.assertEqual(len(envelope.verify([key], 1)), 1)

        altered = json.loads(text)
        payload = base64.b64decode(altered["payload"]).replace(b'"passed":false', b'"passed":true ')
        altered["payload"] = base64.b64encode(payload).decode()
        self.assertNotEqual(altered["payload"], json.loads(text)["payload"])
        with self.assertRaises(VerificationError):
            Envelope.from_dict(altered).verify([key], 1)

    def test_certificates_made_by_in_toto_are_verified_here(self):
        home = self.path / "home"  # an installation that trusts another laboratory
        home.mkdir()
        for folder in ("robots", "worlds", "models"):
            (home / folder).symlink_to(ROOT / folder)
        shutil.copytree(ROOT / "rules", home / "rules")
        private = ed25519.Ed25519PrivateKey.generate()
        raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        name = self.vkey("other-lab", raw)
        with open(home / "rules/trust.yaml") as file:
            roots = file.read()
        (home / "rules/trust.yaml").write_text(self.with_root(roots, name))

        ours = Envelope.from_dict(json.loads(self.examined().read_text()))
        statement = json.loads(ours.payload)
        subject = statement["subject"]
        predicate = dict(statement["predicate"], expires_s=int(time.time()) + 86400)
        # Through in-toto's own message and back: its form of numbers, its order of keys.
        made = json_format.ParseDict({"_type": statement["_type"], "subject": subject,
                                      "predicateType": statement["predicateType"], "predicate": predicate},
                                     statement_pb2.Statement())
        Statement.copy_from_pb(made).validate()
        envelope = Envelope(json_format.MessageToJson(made).encode(), PAYLOAD, {})
        envelope.sign(CryptoSigner(private, SSlibKey(name, "ed25519", "ed25519", {"public": raw.hex()})))
        file = self.path / "theirs.json"
        file.write_text(json.dumps(envelope.to_dict()))
        self.assertIn("no key that may certify", self.longmen("register", "certify", file, "--as", "eva", code=2).stderr)
        altered = envelope.to_dict()
        altered["payload"] = base64.b64encode(envelope.payload.replace(b"mute", b"cute", 1)).decode()
        (self.path / "altered.json").write_text(json.dumps(altered))
        self.assertIn("does not fit", self.longmen("register", "certify", self.path / "altered.json", "--as", "eva", code=2,
                                                  LONGMEN_HOME=str(home)).stderr)
        self.longmen("register", "certify", file, "--as", "eva", LONGMEN_HOME=str(home))

    @staticmethod
    def vkey(name, raw):
        """The text of a public key as C2SP's signed notes have it."""
        number = hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:4].hex()
        return f"{name}+{number}+{base64.b64encode(bytes([1]) + raw).decode()}"

    @staticmethod
    def with_root(text, name):
        root = f'  - use: certificate\n    key: "{name}"\n    holder: another laboratory\n'
        return text.replace("keys: []", "keys:\n" + root) if "keys: []" in text else text.rstrip() + "\n" + root


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
