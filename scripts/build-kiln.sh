# Sourced by ./kiln when something is missing or out of date: builds the command's jar and the JVM's start-up cache for it.

build_kiln() {
    if ! mkdir -p "$root/target" "$out" 2>/dev/null || [ ! -w "$root/target" ] || [ ! -w "$out" ]; then
        # Only the cache is missing: everything works without it.
        is_stale || return 0
        printf 'kiln: cannot build: %s is not writable\n' "$root" >&2
        return 1
    fi
    # One build at a time. Who waited finds the work done and does nothing.
    if type -P flock >/dev/null; then
        exec 9>"$root/target/kiln.lock"
        flock 9
        build_locked
        local status=$?
        exec 9>&-
        return $status
    fi
    until mkdir "$root/target/kiln.lock.d" 2>/dev/null; do sleep 0.2; done
    trap 'rmdir "$root/target/kiln.lock.d"' EXIT INT TERM
    build_locked
    local status=$?
    rmdir "$root/target/kiln.lock.d"
    trap - EXIT INT TERM
    return $status
}

build_locked() {
    if is_stale; then
        if [ -f "$jar" ]; then
            printf 'kiln: building (sources have changed) …\n' >&2
        else
            printf 'kiln: building (first run) …\n' >&2
        fi
        build_jar || return 1
    fi
    # Without a cache everything works, only slower: no reason to stop.
    if [ ! -f "$cache" ] || [ "$jar" -nt "$cache" ]; then train "$cache" || : >"$cache"; fi
}

build_jar() (
    log=$root/target/kiln-build.log
    begun=$root/target/kiln-build.begun
    find_maven "$root"
    prepare_maven
    : >"$begun"
    if ! "${maven[@]}" -B -q -f "$root/pom.xml" -pl cli -am -Dmaven.test.skip=true package >"$log" 2>&1 </dev/null || [ ! -f "$jar" ]; then
        explain_missing_maven "$log" >&2
        grep -E '^\[ERROR\]' "$log" | grep -v -E 'Help|^\[ERROR\] (To see|Re-run|For more|After|  mvn)|^\[ERROR\] *$' | head -20 >&2
        printf 'kiln: the build failed; the whole log is in %s\n' "$log" >&2
        return 1
    fi
    # What is edited while the build runs counts as newer than its result.
    touch -r "$begun" "$jar"
)

# Runs typical work once and lets the JVM keep what it loaded, linked and profiled (JEP 483, 514, 515) in file $1.
train() {
    local scratch=$1.new made=$out/training program work=()
    for program in "$root"/examples/{hello,fib,printf,structs,callbacks,strings}.kir "$root"/tests/corpus/ssa/{bits,lisp}.ssa; do
        [ ! -f "$program" ] || work+=("$program")
    done
    rm -rf "$scratch" "$made"
    mkdir -p "$made" || return 1
    "$java_home/bin/java" -XX:AOTCacheOutput="$scratch" "${flags[@]}" dev.kiln.cli.Training "$made" "${work[@]}" >/dev/null 2>&1 </dev/null
    rm -rf "$made" "$scratch.config"
    [ -s "$scratch" ] && mv -f "$scratch" "$1"
}
