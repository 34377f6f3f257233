# Sourced by ./check: installs the programs that judge Kiln in tests, where that is possible without a question.

install_outside_tools() {
    local missing=() become=() before
    type -P nasm >/dev/null || missing+=(nasm)
    type -P gcc >/dev/null || missing+=(gcc)
    [ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
    type -P objdump >/dev/null || missing+=(binutils)
    type -P llvm-mc-19 >/dev/null || missing+=(llvm-19)
    type -P gdb >/dev/null || missing+=(gdb)
    type -P ld64.lld-19 >/dev/null || missing+=(lld-19)
    type -P x86_64-w64-mingw32-ld >/dev/null || missing+=(binutils-mingw-w64-x86-64)
    type -P wine64 >/dev/null || [ -x /usr/lib/wine/wine64 ] || missing+=(wine64)
    [ ${#missing[@]} -ne 0 ] || return 0
    # Package names are Debian's; elsewhere the tests say by name what they lack.
    type -P apt-get >/dev/null || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! type -P sudo >/dev/null || ! sudo -n true 2>/dev/null; then
            printf 'check: not installed, and no right to install: %s\n' "${missing[*]}"
            return 0
        fi
        become=(sudo -n)
    fi
    printf 'check: installing %s …\n' "${missing[*]}"
    mkdir -p "$root/target"
    before=$SECONDS
    if ! apt_install "${missing[@]}" >"$root/target/check-tools.log" 2>&1; then
        ${become[@]+"${become[@]}"} apt-get update -q >>"$root/target/check-tools.log" 2>&1
        if ! apt_install "${missing[@]}" >>"$root/target/check-tools.log" 2>&1; then
            # One package that is not to be had must not keep the others away.
            local package
            for package in "${missing[@]}"; do
                apt_install "$package" >>"$root/target/check-tools.log" 2>&1 || printf 'check: could not install %s (log in target/check-tools.log)\n' "$package"
            done
        fi
    fi
    printf 'check: installing took %d s\n' $((SECONDS - before))
}

apt_install() {
    ${become[@]+"${become[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" </dev/null
}
