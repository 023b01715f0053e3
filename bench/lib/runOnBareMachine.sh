#!/bin/sh
# Checks and measures this project on a machine that has a Vulkan driver and nothing else:
#   sh run.sh <folder for the results> [conformance | curves | profile | bench [option…]]
# Names the adapter, then all parts one after the other, or the one that is named. docs/gpu-machine.md says what may be set.
set -u
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n 2,5p "$0"; exit 2; }
mkdir -p "$1" || exit 1
out=$(cd "$1" && pwd)
shift

# Unpacked beside this file, or where that cannot be written.
unpacked=${RUNGS_UNPACKED:-$here/unpacked}
mkdir -p "$unpacked" 2>/dev/null && [ -w "$unpacked" ] || unpacked=$(mktemp -d)
if [ ! -x "$unpacked/node" ]; then
  if command -v xz >/dev/null 2>&1; then
    xz -dc "$here/payload.tar.xz" | tar -xf - -C "$unpacked" || exit 1
  else
    python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$here/payload.tar.xz" "$unpacked" || exit 1
  fi
fi

# in_system <library>: whether the system's linker knows it.
in_system() {
  { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "$1"
}

# The loader: the machine's own, else the one that came along, alone in its folder.
libraries=
in_system 'libvulkan\.so\.1' || libraries=$unpacked/vulkan/loader
# Whatever else was put there by hand; then the card's driver, where a container's runtime puts it.
for folder in "$here/lib" /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/lib/x86_64-linux-gnu/nvidia; do
  [ -d "$folder" ] && libraries=${libraries:+$libraries:}$folder
done
if [ -n "$libraries" ]; then
  LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export LD_LIBRARY_PATH
fi

# The driver's description: as told, else the card's, else whatever the loader finds by itself, else software.
if [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ]; then
  for file in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json /etc/vulkan/icd.d/nvidia_icd.json \
    /usr/share/vulkan/icd.d/nvidia_icd*.json; do
    if [ -r "$file" ]; then
      VK_DRIVER_FILES=$file
      VK_ICD_FILENAMES=$file
      break
    fi
  done
  if [ -z "${VK_DRIVER_FILES:-}" ] && ! ls /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json >/dev/null 2>&1; then
    echo 'no Vulkan driver found: in software, with the SwiftShader that came along'
    VK_DRIVER_FILES=$unpacked/vulkan/vk_swiftshader_icd.json
    VK_ICD_FILENAMES=$VK_DRIVER_FILES
  fi
fi
# Loaders before 1.3.234 know only the second name.
[ -n "${VK_DRIVER_FILES:-}" ] && VK_ICD_FILENAMES=${VK_ICD_FILENAMES:-$VK_DRIVER_FILES} && export VK_DRIVER_FILES
[ -n "${VK_ICD_FILENAMES:-}" ] && export VK_ICD_FILENAMES
echo "loader: $(in_system 'libvulkan\.so\.1' && echo "the system's" || echo carried); driver: ${VK_ICD_FILENAMES:-as the loader finds it}"

# limited <seconds> command…: ended when the time is up.
limited() {
  if command -v timeout >/dev/null 2>&1; then timeout "$@"; else shift; "$@"; fi
}

status=0
# part <name> <seconds> <script> [argument…]
part() {
  name=$1
  limit=$2
  script=$3
  shift 3
  printf '\n== %s\n' "$name"
  begin=$(date +%s)
  {
    limited "$limit" "$unpacked/node" --no-warnings "$unpacked/bench/dist/$script" "$@" 2>&1
    echo $? >"$unpacked/status"
  } | tee "$out/$name.log"
  ended=$(cat "$unpacked/status")
  echo "-- $name: ended with $ended after $(($(date +%s) - begin)) s"
  [ "$ended" -eq 0 ] || status=1
}

# A Python whose PyTorch sees the card takes part.
find_cuda_python() {
  [ -z "${CUDA_PYTHON:-}" ] || return 0
  for python in python3 /opt/torch/.venv/bin/python3 /usr/bin/python3; do
    if command -v "$python" >/dev/null 2>&1 &&
      "$python" -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' >/dev/null 2>&1; then
      CUDA_PYTHON=$(command -v "$python")
      export CUDA_PYTHON
      break
    fi
  done
  echo "PyTorch with CUDA: ${CUDA_PYTHON:-none}"
}

part adapter 30 adapter.js "$out"
if [ "$status" -ne 0 ]; then
  echo 'what the Vulkan loader says:'
  VK_LOADER_DEBUG=error,warn,driver limited 30 "$unpacked/node" --no-warnings "$unpacked/bench/dist/adapter.js" "$out" 2>&1 | tail -40
  exit 1
fi

wanted=${1:-all}
[ $# -ge 1 ] && shift
case $wanted in
  conformance | all) part conformance 85 conformance.js "$out" 75 ;;
esac
case $wanted in
  curves | all) part curves 40 curves.js "$out" ;;
esac
case $wanted in
  profile | all) part profile 40 profile.js "$out" ;;
esac
case $wanted in
  bench | all)
    find_cuda_python
    part bench "${RUNGS_BENCH_SECONDS:-240}" gpu.js --out "$out" "$@"
    ;;
esac
exit $status
