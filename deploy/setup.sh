#!/bin/sh
# Registers with the Prefect server at PREFECT_API_URL: the work pool, the deployments of prefect.yaml and the
# automation of automations.yaml. You can run it as often as you like; run it after every upgrade.
#
#   sh deploy/setup.sh [process|docker|kubernetes]
#
# The default type of the pool is process. Docker and Kubernetes pools get their base job template from here each time,
# so change it in its file. The automation is created only if it is missing: after a change of
# automations.yaml delete the old one with `prefect automation delete retier-dead-runs` first.
set -eu

pool=retier
automation=retier-dead-runs
kind=${1:-process}
cd "$(dirname "$0")"

case $kind in
process) template= ;;
docker | kubernetes) template=$kind/base-job-template.json ;;
*)
    echo "setup.sh: unknown kind of work pool '$kind'; expected process, docker or kubernetes" >&2
    exit 2
    ;;
esac

# Prints Prefect's description of something, or nothing if it does not exist; other failures end the script.
ask() {
    if answer=$(prefect --no-prompt "$@" 2>&1); then
        printf '%s\n' "$answer"
        return
    fi
    case $answer in
    *"not found"*) ;;
    *)
        printf '%s\n' "$answer" | tail -n 3 >&2
        echo "setup.sh: the Prefect server at '${PREFECT_API_URL:-no PREFECT_API_URL}' did not answer" >&2
        return 1
        ;;
    esac
}

found=$(ask work-pool inspect "$pool" --output json)
if [ -z "$found" ]; then
    prefect --no-prompt work-pool create "$pool" --type "$kind" ${template:+--base-job-template "$template"}
elif ! printf '%s\n' "$found" | grep -q "^  \"type\": \"$kind\""; then
    had=$(printf '%s\n' "$found" | sed -n 's/^  "type": "\(.*\)",$/\1/p')
    echo "setup.sh: the work pool '$pool' is there, of kind '$had', not '$kind'; keep to '$had', or stop its workers" \
        "and remove it first with: prefect work-pool delete $pool" >&2
    exit 1
elif [ -n "$template" ]; then
    prefect --no-prompt work-pool update "$pool" --base-job-template "$template"
fi

prefect --no-prompt deploy --all --prefect-file prefect.yaml

# Creating it again would make a second one of the same name.
found=$(ask automation inspect "$automation")
if [ -z "$found" ]; then
    prefect --no-prompt automation create --from-file automations.yaml
fi
