"""Reads docker-compose.yml as a parser does and checks what it promises."""

import os
import re
import sys

import yaml

SERVICES = {"web-server": 8080, "state-manager": None, "socket-server": 8081}

with open("docker-compose.yml", encoding="utf-8") as file:
    compose = yaml.safe_load(file)

problems = []
for name, service in compose["services"].items():
    image = service.get("image", "")
    if not re.fullmatch(r"[a-z0-9./-]+:(\d+\.\d+\.\d+|RELEASE\.[0-9TZ-]+)", image):
        problems.append(f"{name}: the image must have a whole version as its tag, not {image!r}")
    if "test" not in service.get("healthcheck", {}):
        problems.append(f"{name}: no health check")
    for other in service.get("depends_on", {}):
        if other not in compose["services"]:
            problems.append(f"{name}: depends on {other}, which there is not")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            if not os.path.isfile(source):
                problems.append(f"{name}: there is no file {source}")
        elif source not in compose["volumes"]:
            problems.append(f"{name}: volume {volume} is not declared")
    for key, value in (service.get("environment") or {}).items():
        if re.search("PASSWORD|SECRET", key) and not str(value).startswith("${"):
            problems.append(f"{name}: {key} must come from the environment")

with open("docker/nginx.conf", encoding="utf-8") as file:
    proxy = file.read()

for kind, port in SERVICES.items():
    instances = [
        name for name, service in compose["services"].items() if service.get("image", "").startswith(f"mobile-sync/{kind}:")
    ]
    if len(instances) < 2:
        problems.append(f"{kind}: two instances are the normal case, not {instances}")
    for name in instances:
        if "ports" in compose["services"][name]:
            problems.append(f"{name}: only the proxy has a door to the outside")
        if port and not re.search(rf"server {name}:{port} ", proxy):
            problems.append(f"{name}: the proxy does not know it")

queues = [
    service["environment"]["MOBILE_SYNC_SOCKET_QUEUE"]
    for service in compose["services"].values()
    if "MOBILE_SYNC_SOCKET_QUEUE" in (service.get("environment") or {})
]
if len(set(queues)) != len(queues) or len(queues) < 2:
    problems.append(f"each socket-server needs a queue of its own, not {queues}")
for queue in queues:
    if not re.fullmatch(r"broadcast_queue\.[A-Za-z0-9][A-Za-z0-9_-]{0,63}", queue):
        problems.append(f"{queue} is no name for a queue of broadcasts")
for target in re.findall(r"server ([a-z0-9-]+):\d+ ", proxy):
    if target not in compose["services"]:
        problems.append(f"the proxy knows {target}, which there is not")

print("\n".join(problems) or f"{len(compose['services'])} services, as they should be")
sys.exit(1 if problems else 0)
