package dev.sluice.proxy.cache.wire;

/** What a 304, and an answer to HEAD, change of what is stored (RFC 9111 §3.2, §4.3.4, §4.3.5). */
class CacheUpdatesTest extends CacheWireTable {
    private static final String SHORT = "Cache-Control: max-age=1";
    private static final String LONG = "Cache-Control: max-age=3600";
    private static final String ETAG = "ETag: \"a\"";
    private static final String[][] UPDATED = {
        {"Test-Header", "a", "b"},
        {"X-Test-Header", "a", "b"},
        {"Content-Foo", "a", "b"},
        {"X-Content-Foo", "a", "b"},
        {"Content-Language", "de", "en"},
        {"Content-Location", "/a", "/b"},
        {"Content-Security-Policy", "default-src 'self'", "default-src 'none'"},
        {"Content-Type", "text/plain", "text/plain;charset=utf-8"},
        {"Clear-Site-Data", "\"cookies\"", "\"cache\""},
        {"Expires", "Fri, 01 Jan 2038 01:01:01 GMT", "Mon, 11 Jan 2038 11:11:11 GMT"},
        {"Last-Modified", "Fri, 01 Jan 2010 01:01:01 GMT", "Mon, 11 Jan 2010 11:11:11 GMT"},
        {"Public-Key-Pins", "a=1", "a=2"},
        {"Set-Cookie", "a=b", "a=c"},
        {"X-Frame-Options", "deny", "sameorigin"},
        {"X-XSS-Protection", "1", "0"}
    };
    private static final String[][] KEPT = {
        {"Content-Encoding", "gzip", "br"},
        {"Content-Range", "foo 1-2/3", "foo 4-5/6"},
        {"Content-MD5", "rL0Y20zC+Fzt72VPzMSk2A==", "N7UdGUp1E+RbVvZSTy1R8g=="},
        {"Content-Digest", "sha-256=:AA==:", "sha-256=:BB==:"},
        {"Repr-Digest", "sha-256=:AA==:", "sha-256=:BB==:"}
    };

    @Override
    void rows(CacheRow rows) {
        for (String[] each : UPDATED) {
            String before = each[0] + ": " + each[1];
            String after = each[0] + ": " + each[2];
            rows.required("RFC 9111 3.2", "a 304 updates " + each[0], talk -> {
                validate(talk, before, after).has(200, "answer 1").has(after);
                talk.get().isHit(1).has(after);
            });
            rows.required("RFC 9111 3.2", "a 304 without " + each[0] + " keeps it", talk -> {
                validate(talk, before, "X: 1").has(before);
                talk.get().isHit(1).has(before);
            });
        }
        for (String[] each : KEPT) {
            String before = each[0] + ": " + each[1];
            rows.required(
                    "RFC 9111 3.2", "a 304 does not change " + each[0] + ", which is of the stored body", talk -> {
                        validate(talk, before, each[0] + ": " + each[2]).has(before);
                        talk.get().isHit(1).has(before);
                    });
        }
        rows.required("RFC 9111 3.2", "a 304 does not change the length", talk -> {
            validate(talk, "X: 1", "Content-Length: 99").has(200, "answer 1").has("Content-Length: 8");
            talk.get().isHit(1).has("Content-Length: 8");
        });
        rows.required("RFC 9110 7.6.1", "what Connection names in a 304 updates nothing", talk -> {
            validate(talk, "A: 1", "Connection: A\r\nA: 2").has(200, "answer 1").has("A: 1");
            talk.get().isHit(1).has("A: 1");
        });
        rows.required("RFC 9111 3.2", "several lines replace several lines", talk -> {
            validate(talk, "Link: a\r\nLink: b", "Link: c").has("Link: c");
            talk.get().isHit(1).has("Link: c");
            org.assertj.core.api.Assertions.assertThat(
                            talk.get().message().headers().all("Link"))
                    .containsExactly("c");
        });
        rows.required("RFC 9111 4.2.3", "the age begins again, with the date", talk -> {
            validate(talk, "X: 1", talk.dates("Date: @9"));
            talk.advance(20);
            talk.get().isHit(1).has(talk.dates("Date: @-20"), "Age: 20");
        });
        rows.required("RFC 9111 5.2.2.5", "what a 304 forbids is forbidden from then on", talk -> {
            talk.ok(SHORT, ETAG).answer(304, ETAG, "Cache-Control: no-store").ok();
            talk.get().isMiss();
            talk.advance(9);
            talk.get().has(200, "answer 1");
            talk.get().isMiss();
        });
        head(rows);
    }

    /** A response that is validated nine seconds later. */
    private static CacheReply validate(CacheTalk talk, String before, String after) throws Exception {
        String date = after.startsWith("Date") ? after : "X-Date: 1";
        talk.ok("Cache-Control: max-age=2, x", ETAG, before)
                .answer(304, ETAG, LONG, date, after.startsWith("Date") ? "X: 1" : after);
        if (before.startsWith("Expires")) {
            // Both directives are there, so that Expires has no influence.
            talk.isAsked(0);
        }
        talk.get().isMiss().has(before.split("\r\n"));
        talk.advance(9);
        return talk.get().isValidated("If-None-Match: \"a\"");
    }

    private static void head(CacheRow rows) {
        rows.optimal("RFC 9111 4.3.5", "a 200 to HEAD updates", talk -> {
            talk.ok(SHORT, ETAG, "A: 1").answer(200, LONG, ETAG, "A: 2");
            talk.get().isMiss();
            talk.advance(2);
            talk.send("HEAD", "").isAsked();
            talk.get().isHit(1).has("A: 2");
        });
        rows.required("RFC 9111 4.3.5", "a 200 to HEAD with another tag makes it stale", talk -> {
            talk.ok(LONG, ETAG).answer(200, LONG, "ETag: \"b\"").ok(LONG, "ETag: \"b\"");
            talk.get().isMiss();
            talk.send("HEAD", "", "Cache-Control: no-cache").isAsked();
            talk.get().isMiss();
        });
        rows.required("RFC 9111 4.3.5", "a 200 to HEAD with another length makes it stale", talk -> {
            talk.ok(LONG).answer(200, LONG, "Content-Length: 9").ok(LONG);
            talk.get().isMiss();
            talk.send("HEAD", "", "Cache-Control: no-cache").isAsked();
            talk.get().isMiss();
        });
        rows.optimal("RFC 9111 4.3.5", "a 404 to HEAD says nothing of the stored 200", talk -> {
            talk.ok(LONG).answer(404, LONG);
            talk.get().isMiss();
            talk.send("HEAD", "", "Cache-Control: no-cache").has(404);
            talk.get().isHit(1);
        });
    }
}
