# Sourced by ./kiln and ./check: finds the JDK and Maven. Starts no process unless it must, because ./kiln passes here on every start.

# Sets java_home to a JDK of release 25 or later and java_release to its exact version; returns 1 when there is none.
# Looks in JAVA_HOME, on the PATH, then in the system's JVM folders.
find_jdk() {
    local candidate resolved link
    if [ -n "${JAVA_HOME:-}" ] && is_new_jdk "$JAVA_HOME"; then return 0; fi
    resolved=$(type -P java) || resolved=
    if [ -n "$resolved" ]; then
        while [ -L "$resolved" ]; do
            link=$(readlink "$resolved") || break
            case $link in
                /*) resolved=$link ;;
                *) resolved=${resolved%/*}/$link ;;
            esac
        done
        if is_new_jdk "${resolved%/bin/java}"; then return 0; fi
    fi
    for candidate in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
        if is_new_jdk "$candidate"; then return 0; fi
    done
    java_home= java_release=
    return 1
}

# Whether folder $1 holds a JDK >= 25: every JDK names its version in the file "release".
is_new_jdk() {
    local line version= runtime=
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            JAVA_VERSION=*) version=${line#*=} version=${version//\"/} ;;
            JAVA_RUNTIME_VERSION=*) runtime=${line#*=} runtime=${runtime//\"/} ;;
        esac
    done <"$1/release"
    case ${version%%.*} in
        2[5-9] | 2[5-9][!0-9]* | [3-9][0-9] | [3-9][0-9][!0-9]*) ;;
        *) return 1 ;;
    esac
    java_home=$1 java_release=${runtime:-$version}
}

no_jdk_sentence='no JDK 25 or later found in JAVA_HOME, on the PATH or in the system'\''s JVM folders: install one (for example Eclipse Temurin 25) or set JAVA_HOME.'

# Sets the array maven to the command that runs Maven for the project in folder $1. The wrapper's own Maven is taken when it has been
# fetched already, else a Maven >= 3.8 from the PATH, else the wrapper fetches one.
find_maven() {
    local on_path banner
    maven=("$1/mvnw")
    if is_maven_fetched; then return; fi
    on_path=$(type -P mvn) || return 0
    banner=$("$on_path" -v 2>/dev/null) || return 0
    case $banner in
        *"Apache Maven 3."[89]* | *"Apache Maven 3."[1-9][0-9]* | *"Apache Maven 4."*) maven=("$on_path") ;;
    esac
}

# Whether the wrapper has fetched its Maven.
is_maven_fetched() {
    compgen -G "${MAVEN_USER_HOME:-${HOME:-}/.m2}/wrapper/dists/apache-maven-3.9.11/*/bin/mvn" >/dev/null
}

# Says why Maven did not even begin, in file $1 what it printed; returns 1 when it did begin, so that its own messages tell more.
explain_missing_maven() {
    if [ "${maven[0]##*/}" != mvnw ] || is_maven_fetched; then return 1; fi
    tail -n 3 "$1"
    printf 'Maven could not be fetched: install Maven 3.8 or later, or connect to the network.\n'
}

# Prepares the environment in which Maven runs: the JDK found, and no warnings about libraries inside Maven itself.
prepare_maven() {
    export JAVA_HOME=$java_home
    export MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
}
