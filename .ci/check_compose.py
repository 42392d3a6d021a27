"""Reads docker-compose.yml as a parser does and checks what it promises."""

import re
import sys

import yaml

with open("docker-compose.yml", encoding="utf-8") as file:
    compose = yaml.safe_load(file)

problems = []
for name, service in compose["services"].items():
    image = service.get("image", "")
    if not re.fullmatch(r"[a-z0-9./-]+:[A-Za-z0-9._-]+", image) or image.endswith(":latest"):
        problems.append(f"{name}: the image must have a fixed tag, not {image!r}")
    if "test" not in service.get("healthcheck", {}):
        problems.append(f"{name}: no health check")
    for other in service.get("depends_on", {}):
        if other not in compose["services"]:
            problems.append(f"{name}: depends on {other}, which there is not")
    for volume in service.get("volumes", []):
        if volume.split(":")[0] not in compose["volumes"]:
            problems.append(f"{name}: volume {volume} is not declared")
    for key, value in (service.get("environment") or {}).items():
        if re.search("PASSWORD|SECRET", key) and not str(value).startswith("${"):
            problems.append(f"{name}: {key} must come from the environment")

print("\n".join(problems) or f"{len(compose['services'])} services, as they should be")
sys.exit(1 if problems else 0)
