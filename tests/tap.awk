# tap.awk - judges the TAP output of one test that ended with "status": prints "passed failed skipped [why]".
/^ok / { if (toupper($0) ~ /# SKIP/) skipped++; else passed++ }
/^not ok / { failed++ }
/^1\.\.[0-9]+/ {
	plan = substr($1, 4) + 0
	planned = 1
	if (plan == 0 && toupper($0) ~ /# SKIP/) {
		skipped++
		plan = 1
		reason = $0
		sub(/^[^#]*# [A-Za-z]*:? */, "", reason)
	}
}
END {
	if (status == 124 || status == 137)
		why = "stopped after " limit " s"
	else if (!planned)
		why = "ended early, status " status
	else if (passed + failed + skipped != plan)
		why = passed + failed + skipped " of " plan " planned"
	else if (status != 0 && !failed)
		why = "status " status
	if (why != "")
		failed++
	print passed + 0, failed + 0, skipped + 0, why != "" ? why : reason
}
