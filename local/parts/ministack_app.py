"""ministack with one repair: a new secret's first version is called like the request's token, as at AWS (Secrets Manager
API, CreateSecret, ClientRequestToken). ministack gives it a name of its own, and a value that names its version would lie."""

import json

from ministack.app import app  # noqa: F401 (what uvicorn serves)
from ministack.services import secretsmanager

_create_secret = secretsmanager._create_secret


def create_secret(data):
    status, headers, body = _create_secret(data)
    token = data.get("ClientRequestToken")
    if status != 200 or not token:
        return status, headers, body
    answer = json.loads(body)
    versions = secretsmanager._secrets[data["Name"]]["Versions"]
    versions[token] = versions.pop(answer["VersionId"])
    return status, headers, json.dumps({**answer, "VersionId": token}).encode()


secretsmanager._create_secret = create_secret
