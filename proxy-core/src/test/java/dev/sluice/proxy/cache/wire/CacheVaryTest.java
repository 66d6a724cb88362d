package dev.sluice.proxy.cache.wire;

/** {@code Vary} in all its forms (RFC 9111 §4.1). */
class CacheVaryTest extends CacheWireTable {
    private static final String VARY = "RFC 9111 4.1";
    private static final String LONG = "Cache-Control: max-age=3600";

    @Override
    void rows(CacheRow rows) {
        match(rows, "the same value", "Vary: Foo", "Foo: 1", "Foo: 1");
        differ(rows, "another value", "Vary: Foo", "Foo: 1", "Foo: 2");
        differ(rows, "a value and none", "Vary: Foo", "Foo: 1", "Bar: 1");
        differ(rows, "none and a value", "Vary: Foo", "Bar: 1", "Foo: 1");
        differ(rows, "an empty value and none", "Vary: Foo", "Foo: ", "Bar: 1");
        match(rows, "names without case", "Vary: fOo", "Foo: 1", "foo: 1");
        match(rows, "what is not named", "Vary: Foo", "Bar: 1", "Bar: 2");
        match(rows, "nothing", "Vary: ", "Foo: 1", "Foo: 2");
        for (String star : new String[] {"*", "*, *", ", *", "*, Foo", "Foo, *", "*,*", "Foo,*,Bar"}) {
            rows.stale(VARY, star, LONG, "Vary: " + star);
        }
        rows.stale(VARY, "an asterisk in the second line", LONG, "Vary: Foo", "Vary: *");
        rows.stale(VARY, "an asterisk after an empty line", LONG, "Vary: ", "Vary: *");
        rows.stale(VARY, "an asterisk in the first line", LONG, "Vary: *", "Vary: Foo");
        several(rows);
        normalised(rows);
    }

    private static void several(CacheRow rows) {
        three(rows, "in one line", "Vary: Foo, Bar, Baz");
        three(rows, "without blanks", "Vary: Foo,Bar,Baz");
        three(rows, "in three lines", "Vary: Foo", "Vary: Bar", "Vary: Baz");
        three(rows, "with empty members", "Vary: , Foo,, Bar ,Baz,");
        rows.optimal(VARY, "two variants beside each other", talk -> {
            talk.ok(LONG, "Vary: Foo").ok(LONG, "Vary: Foo");
            talk.get("Foo: 1").isMiss();
            talk.get("Foo: 2").isMiss();
            talk.get("Foo: 1").isHit(1);
            talk.get("Foo: 2").isHit(2);
        });
        rows.required(VARY, "an unsafe method drops all variants", talk -> {
            talk.ok(LONG, "Vary: Foo")
                    .ok(LONG, "Vary: Foo")
                    .answer(204)
                    .ok(LONG, "Vary: Foo")
                    .ok(LONG, "Vary: Foo");
            talk.get("Foo: 1").isMiss();
            talk.get("Foo: 2").isMiss();
            talk.send("DELETE", "");
            talk.get("Foo: 1").isMiss();
            talk.get("Foo: 2").isMiss();
        });
        rows.optimal(VARY, "one that varies is used before one that does not", talk -> {
            talk.ok(LONG).ok(LONG, "Vary: Foo");
            talk.get().isMiss();
            talk.get("Foo: 1", "Cache-Control: no-cache").isMiss();
            talk.get("Foo: 1").isHit(2);
            talk.get("Foo: 2").isHit(1);
        });
        rows.required(VARY, "a newer response varies by another field", talk -> {
            talk.ok("Cache-Control: max-age=1", "Vary: Foo")
                    .ok(LONG, "Vary: Bar")
                    .ok(LONG, "Vary: Bar");
            talk.get("Foo: 1", "Bar: 1").isMiss();
            talk.advance(2);
            talk.get("Foo: 1", "Bar: 1").isMiss();
            talk.get("Foo: 1", "Bar: 2").isMiss();
            talk.get("Foo: 9", "Bar: 1").isHit(2);
        });
        rows.required("RFC 9111 4.1", "another variant is asked for without the tags of the stored one", talk -> {
            talk.ok(LONG, "Vary: Foo", "ETag: \"a\"").ok(LONG, "Vary: Foo", "ETag: W/\"a\"");
            talk.get("Foo: 1").isMiss();
            CacheDirectivesTest.assertNoCondition(talk.get("Foo: 2").isMiss());
        });
    }

    private static void three(CacheRow rows, String rule, String... vary) {
        String[] lines = new String[vary.length + 1];
        System.arraycopy(vary, 0, lines, 1, vary.length);
        lines[0] = LONG;
        rows.required(VARY, "three fields " + rule, talk -> {
            talk.ok(lines).ok(lines).ok(lines).ok(lines);
            talk.get("Foo: 1", "Bar: 2", "Baz: 3").isMiss();
            talk.get("Baz: 3", "Foo: 1", "Bar: 2").isHit(1);
            talk.get("Foo: 2", "Bar: 2", "Baz: 3").isMiss();
            talk.get("Foo: 1", "Bar: 1", "Baz: 3").isMiss();
            talk.get("Foo: 1", "Bar: 2").isMiss();
        });
    }

    private static void normalised(CacheRow rows) {
        match(rows, "two lines and one", "Vary: Foo", "Foo: 1, 2", "Foo: 1\r\nFoo: 2");
        match(rows, "blanks after a comma", "Vary: Foo", "Foo: 1,2", "Foo: 1,   2");
        match(
                rows,
                "the order of languages",
                "Vary: Accept-Language",
                "Accept-Language: en, de",
                "Accept-Language: de, en");
        match(
                rows,
                "the case of languages",
                "Vary: Accept-Language",
                "Accept-Language: en, de",
                "Accept-Language: eN, De");
        match(
                rows,
                "blanks between languages",
                "Vary: Accept-Language",
                "Accept-Language: en,de",
                "Accept-Language:  en ,   de");
        match(
                rows,
                "weights",
                "Vary: Accept-Language",
                "Accept-Language: en;q=1.0, de;q=0.50",
                "Accept-Language: de;q=0.5,en");
        match(rows, "codings", "Vary: Accept-Encoding", "Accept-Encoding: gzip, br", "Accept-Encoding: BR,gzip");
        differ(rows, "other codings", "Vary: Accept-Encoding", "Accept-Encoding: gzip", "Accept-Encoding: gzip, br");
        differ(rows, "the order of values of an unknown field", "Vary: Foo", "Foo: 1, 2", "Foo: 2, 1");
        differ(rows, "the case of values of an unknown field", "Vary: Foo", "Foo: a", "Foo: A");
    }

    private static void match(CacheRow rows, String rule, String vary, String one, String other) {
        rows.optimal(VARY, rule + " match", talk -> {
            talk.ok(LONG, vary);
            talk.get(one).isMiss();
            talk.get(other).isHit();
        });
    }

    private static void differ(CacheRow rows, String rule, String vary, String one, String other) {
        rows.required(VARY, rule + " do not match", talk -> {
            talk.ok(LONG, vary).ok(LONG, vary);
            talk.get(one).isMiss();
            talk.get(other).isMiss();
            talk.get(one).isHit(1);
        });
    }
}
