# Reads surefire's XML reports from standard input, prints "passed failed skipped" and writes the names of failing and skipped tests to the
# file named by the variable "names". Every test case is one element, which ends itself or holds what went wrong; what a test printed and the
# stack traces stand in CDATA sections and count for nothing.
function plain(text) {
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&#10;/, " ", text)
    gsub(/&amp;/, "\\&", text)
    return substr(text, 1, 200)
}
function attribute(name,    at, rest) {
    at = index($0, " " name "=\"")
    if (at == 0) return ""
    rest = substr($0, at + length(name) + 3)
    return plain(substr(rest, 1, index(rest, "\"") - 1))
}
# The message, or without one the first line of the stack trace.
function reason(    at) {
    at = index($0, "<![CDATA[")
    if (index($0, " message=\"") > 0 || at == 0) return attribute("message")
    return substr($0, at + 9, 200)
}
function finish() {
    if (!open) return
    open = 0
    if (state == "failed") failed++
    else if (state == "skipped") skipped++
    else passed++
    if (state == "failed") print "FAILED  " name (why == "" ? "" : ": " why) > names
    if (state == "skipped") print "skipped " name (why == "" ? "" : ": " why) > names
}
BEGIN { printf "" > names }
quoted {
    if (index($0, "]]>") == 0) next
    quoted = 0
    next
}
/^ *<testcase / {
    finish()
    open = 1
    state = "passed"
    why = ""
    name = attribute("classname") "." attribute("name")
    if ($0 ~ /\/> *$/) finish()
}
open && state == "passed" && /^ *<(failure|error)[ >\/]/ { state = "failed"; why = reason() }
open && state == "passed" && /^ *<skipped[ >\/]/ { state = "skipped"; why = reason() }
/^ *<\/testcase>/ { finish() }
{
    at = index($0, "<![CDATA[")
    if (at > 0 && index(substr($0, at), "]]>") == 0) quoted = 1
}
END {
    finish()
    close(names)
    printf "%d %d %d\n", passed, failed, skipped
}
