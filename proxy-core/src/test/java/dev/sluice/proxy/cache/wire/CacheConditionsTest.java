package dev.sluice.proxy.cache.wire;

/** Conditions, of clients and of the cache (RFC 9110 §13, RFC 9111 §4.3). */
class CacheConditionsTest extends CacheWireTable {
    private static final String LONG = "Cache-Control: max-age=3600";
    private static final String SHORT = "Cache-Control: max-age=1";
    private static final String CLIENT = "RFC 9111 4.3.2";

    @Override
    void rows(CacheRow rows) {
        tags(rows);
        dates(rows);
        generated(rows);
        forOrigin(rows);
        onMiss(rows);
    }

    private static void tags(CacheRow rows) {
        has(rows, "the strong tag", "ETag: \"abcdef\"", "If-None-Match: \"abcdef\"");
        has(rows, "the weak tag", "ETag: W/\"abcdef\"", "If-None-Match: W/\"abcdef\"");
        has(rows, "the weak form of the strong tag", "ETag: \"abcdef\"", "If-None-Match: W/\"abcdef\"");
        has(rows, "the strong form of the weak tag", "ETag: W/\"abcdef\"", "If-None-Match: \"abcdef\"");
        has(rows, "a backslash", "ETag: \"abc\\def\"", "If-None-Match: \"abc\\def\"");
        has(rows, "a comma in the tag", "ETag: \"a,b\"", "If-None-Match: \"a,b\"");
        has(rows, "the first of a list", "ETag: \"a\"", "If-None-Match: \"a\", \"b\", \"c\"");
        has(rows, "the second of a list", "ETag: \"b\"", "If-None-Match: \"a\", \"b\", \"c\"");
        has(rows, "the last of a list", "ETag: \"c\"", "If-None-Match: \"a\", \"b\", \"c\"");
        has(rows, "a list without blanks", "ETag: \"b\"", "If-None-Match: \"a\",\"b\",\"c\"");
        has(
                rows,
                "a list with many blanks and empty members",
                "ETag: \"b\"",
                "If-None-Match:  ,\"a\"  ,\t\"b\" ,, \"c\"");
        has(rows, "a list in two lines", "ETag: \"b\"", "If-None-Match: \"a\"\r\nIf-None-Match: \"b\"");
        has(rows, "a list of weak ones", "ETag: \"b\"", "If-None-Match: W/\"a\", W/\"b\"");
        has(rows, "an asterisk", "ETag: \"b\"", "If-None-Match: *");
        has(rows, "an asterisk without a stored tag", "X: 1", "If-None-Match: *");
        has(rows, "a broken member beside the tag", "ETag: \"b\"", "If-None-Match: a, \"b\"");
        lacks(rows, "another tag", "ETag: \"a\"", "If-None-Match: \"b\"");
        lacks(rows, "another case", "ETag: \"a\"", "If-None-Match: \"A\"");
        lacks(rows, "a tag without quotes", "ETag: \"a\"", "If-None-Match: a");
        lacks(rows, "a small w", "ETag: W/\"a\"", "If-None-Match: w/\"a\"");
        lacks(rows, "no slash", "ETag: W/\"a\"", "If-None-Match: W\"a\"");
        lacks(rows, "a blank in it", "ETag: \"a\"", "If-None-Match: W/ \"a\"");
        lacks(rows, "a tag without end", "ETag: \"a\"", "If-None-Match: \"a");
        lacks(rows, "a part of it", "ETag: \"a,b\"", "If-None-Match: \"a\", \"b\"");
        lacks(rows, "no stored tag", "X: 1", "If-None-Match: \"a\"");
    }

    private static void dates(CacheRow rows) {
        has(rows, "the very date", "Last-Modified: @-3000", "If-Modified-Since: @-3000");
        has(rows, "a later date", "Last-Modified: @-3000", "If-Modified-Since: @-2000");
        lacks(rows, "an earlier date", "Last-Modified: @-3000", "If-Modified-Since: @-4000");
        lacks(rows, "no date", "Last-Modified: @-3000", "If-Modified-Since: 1");
        has(rows, "no change, so the date of the response", "X: 1", "If-Modified-Since: @0");
        lacks(rows, "a date before that of the response", "X: 1", "If-Modified-Since: @-10");
        lacks(
                rows,
                "If-Modified-Since beside another tag",
                "ETag: \"a\"",
                "If-None-Match: \"b\"\r\nIf-Modified-Since: @0");
        has(
                rows,
                "an old If-Modified-Since beside the tag",
                "ETag: \"a\"",
                "If-None-Match: \"a\"\r\nIf-Modified-Since: @-9000");
        rows.required("RFC 9110 15.4.5", "a 304 has what a client needs to update", talk -> {
            talk.ok(LONG, "ETag: \"a\"", "Vary: Foo", "Content-Location: /x", "Expires: @99", "Content-Type: a/b");
            talk.get().isMiss();
            talk.get("If-None-Match: \"a\"")
                    .isUnasked()
                    .has(304, "")
                    .has(LONG, "ETag: \"a\"", "Vary: Foo", "Content-Location: /x")
                    .lacks("Content-Type", "Content-Length");
        });
        rows.required("RFC 9110 13.2.2", "HEAD with a condition", talk -> {
            talk.ok(LONG, "ETag: \"a\"");
            talk.get().isMiss();
            talk.send("HEAD", "", "If-None-Match: \"a\"").isUnasked().has(304);
        });
        rows.required("RFC 9110 13.2.1", "a condition does not count beside another status", talk -> {
            talk.answer(404, LONG, "ETag: \"a\"");
            talk.get().has(404);
            talk.get("If-None-Match: \"a\"").isUnasked().has(404);
        });
        rows.required("RFC 9111 4.3.2", "of variants the one counts that the request selects", talk -> {
            talk.ok(LONG, "ETag: \"a\"", "Vary: Foo").ok(LONG, "ETag: \"b\"", "Vary: Foo");
            talk.get("Foo: 1").isMiss();
            talk.get("Foo: 2").isMiss();
            talk.get("Foo: 2", "If-None-Match: \"b\"").isUnasked().has(304);
            talk.get("Foo: 1", "If-None-Match: \"b\"").isHit(1);
        });
    }

    private static void generated(CacheRow rows) {
        for (String tag : new String[] {"\"abcdef\"", "W/\"abcdef\"", "\"a,b\"", "\"a\\b\"", "\"\""}) {
            rows.optimal("RFC 9111 4.3.1", "a condition of the tag " + tag, talk -> {
                talk.ok(SHORT, "ETag: " + tag).answer(304, "ETag: " + tag, LONG);
                talk.get().isMiss();
                talk.advance(2);
                talk.get().isValidated("If-None-Match: " + tag).has(200, "answer 1");
                talk.get().isHit(1);
            });
        }
        rows.optimal("RFC 9111 4.3.1", "a condition of the date", talk -> {
            String changed = talk.dates("@-3000");
            talk.ok(SHORT, "Last-Modified: " + changed).answer(304, LONG);
            talk.get().isMiss();
            talk.advance(2);
            talk.get().isValidated("If-Modified-Since: " + changed).has(200, "answer 1");
            talk.get().isHit(1);
        });
        rows.required("RFC 9111 4.3.3", "a 200 replaces what was stored", talk -> {
            talk.ok(SHORT, "ETag: \"a\"").ok(LONG, "ETag: \"b\"");
            talk.get().isMiss();
            talk.advance(2);
            talk.get().isValidated("If-None-Match: \"a\"").has(200, "answer 2");
            talk.get().isHit(2);
        });
        rows.required("RFC 9111 4.3.4", "a 304 for another tag confirms nothing", talk -> {
            talk.ok(SHORT, "ETag: \"a\"").answer(304, "ETag: \"b\"", LONG).ok(LONG);
            talk.get().isMiss();
            talk.advance(2);
            talk.get().has(200, "answer 3");
        });
        rows.required("RFC 9111 4.3.2", "the client's condition counts after the validation", talk -> {
            talk.ok(SHORT, "ETag: \"a\"").answer(304, "ETag: \"a\"", LONG);
            talk.get().isMiss();
            talk.advance(2);
            talk.get("If-None-Match: \"a\"").isAsked().has(304, "");
            talk.get().isHit(1);
        });
        rows.optimal("RFC 9111 4.3.2", "the client's tags are sent beside the stored ones", talk -> {
            talk.ok(SHORT, "ETag: \"a\"").answer(304, "ETag: \"b\"", LONG);
            talk.get().isMiss();
            talk.advance(2);
            talk.get("If-None-Match: W/\"b\", \"c\"")
                    .isValidated("If-None-Match: \"a\", W/\"b\", \"c\"")
                    .has(304, "");
        });
        rows.required("RFC 9111 4.3.2", "the client's tags do not confirm what is stored", talk -> {
            talk.ok(SHORT, "ETag: \"a\"").answer(304, "ETag: \"b\"", LONG).ok(LONG);
            talk.get().isMiss();
            talk.advance(2);
            talk.get("If-None-Match: \"b\"").has(304, "");
            talk.get().has(200, "answer 3");
        });
    }

    private static void onMiss(CacheRow rows) {
        rows.optimal("RFC 9111 4.3.2", "the client's condition does not keep the response from being stored", talk -> {
            talk.ok(LONG, "ETag: \"a\"");
            talk.get("If-None-Match: \"a\"").isAsked().has(304, "");
            talk.get().isHit(1);
        });
        rows.required("RFC 9111 4.3.3", "an error of the origin goes to the client, and what is stored stays", talk -> {
            talk.ok(SHORT, "ETag: \"a\"").answer(500).answer(304, "ETag: \"a\"", LONG);
            talk.get().isMiss();
            talk.advance(2);
            talk.get().has(500);
            talk.get().isValidated("If-None-Match: \"a\"").has(200, "answer 1");
        });
    }

    private static void forOrigin(CacheRow rows) {
        for (String line : new String[] {"If-Match: \"a\"", "If-Match: *", "If-Unmodified-Since: @0"}) {
            rows.required("RFC 9111 4.3.2", line + " is for the origin", talk -> {
                String sent = talk.dates(line);
                talk.ok(LONG, "ETag: \"a\"").answer(412);
                talk.get().isMiss();
                talk.get(line).isValidated(sent).has(412);
                talk.get().isHit(1);
            });
        }
    }

    private static void has(CacheRow rows, String rule, String stored, String asked) {
        rows.optimal(CLIENT, "the client has " + rule, talk -> {
            String condition = talk.dates(asked);
            talk.ok(LONG, stored);
            talk.get().isMiss();
            talk.advance(2);
            talk.get(condition).isUnasked().has(304, "");
        });
    }

    private static void lacks(CacheRow rows, String rule, String stored, String asked) {
        rows.required(CLIENT, "the client has " + rule + ": that is not what is stored", talk -> {
            String condition = talk.dates(asked);
            talk.ok(LONG, stored);
            talk.get().isMiss();
            talk.advance(2);
            talk.get(condition).isHit();
        });
    }
}
