#!/bin/sh
# Makes the bundled policy, the two sample runs and the test vectors from nothing. `make.sh runs probe ship` runs those steps.
# Packages come from wherever pip is configured to look; nothing else is fetched. Some 45 minutes on two idle cores, by its parts.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python="$root/.venv/bin/python"
packages="torch==2.13.0 transformers==5.18.0 tokenizers==0.23.2 numpy==2.4.6 jinja2==3.1.6 networkx==3.6.1
  sympy==1.14.0 click==8.5.0 rich==15.0.0 onnx==1.23.1 onnxscript==0.7.2 onnxruntime==1.30.0"

if [ ! -x "$python" ] || ! "$python" -c 'import onnxruntime, onnxscript, transformers' 2>/dev/null; then
  python3.11 -m venv "$root/.venv"
  # shellcheck disable=SC2086
  "$python" -m pip install --quiet --retries 1 $packages
fi

# A run a core; each is deterministic because it has one thread.
runs() {
  OMP_NUM_THREADS=1 "$python" reinforce.py collapse &
  collapse=$!
  OMP_NUM_THREADS=1 "$python" reinforce.py stabilized
  wait "$collapse"
}

cd "$here"
for step in ${*:-tokenizer train evaluate export runs probe ship vectors}; do
  if [ "$step" = runs ]; then runs; else "$python" "$step.py"; fi
done
