# rfc.t - citations have one form, "RFC 9051 7.5.2", and name RFCs that this program has to do with.
. "$(dirname "$0")/lint.sh"
citations()
{
	awk '
	FILENAME == "-" { title[$1]; next }
	{
		rest = $0
		while (match(rest, /RFC[- ]*[0-9]+,?( *(section|sec\.|§))?/)) {
			cited = substr(rest, RSTART, RLENGTH)
			rest = substr(rest, RSTART + RLENGTH)
			number = cited
			gsub(/[^0-9]/, "", number)
			if (cited == "RFC822")	# the FETCH item
				continue
			if (cited !~ /^RFC [0-9]+,?$/ || rest ~ /^ *(section|sec\.)/)
				print FILENAME ":" FNR ": \"" cited "\": write RFC " number " and the section"
			else if (!(number in title))
				print FILENAME ":" FNR ": RFC " number " is not in the list of tests/lint/rfc.t: a slip?"
		}
	}' - $(files '\.[ch]$') <<'END'
822	Internet text messages (the first)
1035	DNS
1321	MD5
1928	SOCKS
1939	POP3
1951	deflate
1952	gzip
2045	MIME
2046	MIME parts
2047	MIME headers
2087	IMAP QUOTA
2088	LITERAL+
2104	HMAC
2177	IDLE
2180	multi-accessed mailboxes
2195	CRAM-MD5
2221	login referrals
2342	NAMESPACE
2595	TLS with IMAP
2683	IMAP implementation recommendations
2971	ID
3339	date and time
3348	CHILDREN
3501	IMAP4rev1
3502	MULTIAPPEND
3516	BINARY
3629	UTF-8
3691	UNSELECT
4314	ACL
4315	UIDPLUS
4422	SASL
4466	ACAP annotations
4468	BURL
4469	CATENATE
4505	anonymous SASL
4549	disconnected clients
4551	CONDSTORE (the first)
4616	PLAIN
4648	base64
4731	ESEARCH
4752	GSSAPI
4954	SMTP AUTH
4959	SASL-IR
4978	COMPRESS
5032	WITHIN
5092	IMAP URL
5161	ENABLE
5162	QRESYNC (the first)
5182	SEARCHRES
5246	TLS 1.2
5256	SORT and THREAD
5258	LIST-EXTENDED
5267	CONVERT
5280	X.509
5322	Internet messages
5464	METADATA
5465	NOTIFY
5466	FILTERS
5530	response codes
5738	UTF8 (the first)
5788	keywords
5802	SCRAM
5819	LIST-STATUS
6066	TLS extensions
6125	host names in certificates
6154	SPECIAL-USE
6761	localhost
6234	SHA
6331	LOGIN-REFERRALS
6530	internationalized mail
6851	MOVE
6855	UTF8=ACCEPT
7162	CONDSTORE and QRESYNC
7377	MULTISEARCH
7628	OAUTHBEARER
7677	SCRAM-SHA-256
7888	LITERAL+ and LITERAL-
7889	APPENDLIMIT
8305	happy eyeballs
8314	TLS for mail
8437	UNAUTHENTICATE
8438	STATUS=SIZE
8440	MYRIGHTS
8446	TLS 1.3
8457	IMPORTANT
8474	OBJECTID
8508	REPLACE
8514	SAVEDATE
8970	PREVIEW
9051	IMAP4rev2
9208	QUOTA
9394	PARTIAL
9525	host names in certificates
9586	UIDONLY
9590	METADATA in LIST
END
}
verdict "RFC citations" citations
finish
