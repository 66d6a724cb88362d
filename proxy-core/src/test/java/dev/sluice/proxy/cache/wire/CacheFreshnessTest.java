package dev.sluice.proxy.cache.wire;

/** For how long a response is used (RFC 9111 §4.2), as clients see it. */
class CacheFreshnessTest extends CacheWireTable {
    private static final String TIME = "RFC 9111 4.2.1";
    private static final String AGE = "RFC 9111 5.1";

    @Override
    void rows(CacheRow rows) {
        maxAge(rows);
        sharedAge(rows);
        age(rows);
        elapsed(rows);
    }

    private static void maxAge(CacheRow rows) {
        rows.stale(TIME, "nothing says how long");
        rows.fresh(TIME, "max-age", "Cache-Control: max-age=3600");
        rows.stale(TIME, "max-age=0", "Cache-Control: max-age=0");
        rows.fresh("RFC 9111 1.2.2", "2^31 - 1", "Cache-Control: max-age=2147483647");
        rows.fresh("RFC 9111 1.2.2", "2^31", "Cache-Control: max-age=2147483648");
        rows.fresh("RFC 9111 1.2.2", "more than 2^64", "Cache-Control: max-age=99999999999999999999");
        rows.fresh("RFC 9111 5.3", "max-age before an old Expires", "Cache-Control: max-age=3600", "Expires: @-3600");
        rows.fresh("RFC 9111 5.3", "max-age before a broken Expires", "Cache-Control: max-age=3600", "Expires: 0");
        rows.stale("RFC 9111 5.3", "max-age=0 before Expires", "Cache-Control: max-age=0", "Expires: @3600");
        rows.fresh("RFC 9111 4.2.3", "a date to come", "Cache-Control: max-age=3600", "Date: @3600");
        rows.stale("RFC 9111 4.2.3", "an old date", "Cache-Control: max-age=3600", "Date: @-7200");
        rows.fresh("RFC 9111 4.2.3", "no date", "Cache-Control: max-age=3600", "no date");
        rows.fresh("RFC 9111 4.2.3", "a broken date", "Cache-Control: max-age=3600", "Date: yesterday");
        rows.fresh(
                "RFC 9111 5.2.2.2",
                "must-revalidate while it is fresh",
                "Cache-Control: max-age=3600, must-revalidate");
        rows.stale("RFC 9111 5.2.2.2", "must-revalidate alone", "Cache-Control: must-revalidate");
        rows.fresh(
                "RFC 9111 5.2.2.8",
                "proxy-revalidate while it is fresh",
                "Cache-Control: max-age=3600, proxy-revalidate");
        rows.fresh("RFC 9111 5.2.3", "an extension", "Cache-Control: max-age=3600, foobar");
        rows.fresh("RFC 9111 5.2.3", "an extension with a value", "Cache-Control: foo=bar, max-age=3600");
        rows.fresh("RFC 8246", "immutable", "Cache-Control: max-age=3600, immutable");
    }

    private static void sharedAge(CacheRow rows) {
        rows.fresh("RFC 9111 5.2.2.10", "s-maxage", "Cache-Control: s-maxage=3600");
        rows.fresh(TIME, "s-maxage before max-age", "Cache-Control: s-maxage=3600, max-age=1");
        rows.fresh(TIME, "s-maxage before max-age in another order", "Cache-Control: max-age=1, s-maxage=3600");
        rows.fresh(TIME, "s-maxage in another line", "Cache-Control: max-age=1", "Cache-Control: s-maxage=3600");
        rows.stale(TIME, "s-maxage=0 before max-age", "Cache-Control: max-age=3600, s-maxage=0");
        rows.stale(TIME, "a short s-maxage before max-age", "Cache-Control: max-age=3600, s-maxage=1");
        rows.fresh(TIME, "s-maxage before Expires", "Cache-Control: s-maxage=3600", "Expires: @-60");
    }

    private static void age(CacheRow rows) {
        rows.fresh(AGE, "an age below max-age", "Cache-Control: max-age=3600", "Age: 1800");
        rows.stale(AGE, "an age above max-age", "Cache-Control: max-age=3600", "Age: 12000");
        rows.stale(AGE, "an age above s-maxage", "Cache-Control: s-maxage=3600", "Age: 12000");
        rows.stale(AGE, "an age above Expires", "Expires: @3600", "Age: 12000");
        rows.stale(AGE, "an age of 2^31", "Cache-Control: max-age=3600", "Age: 2147483648");
        rows.stale(AGE, "an age above 2^64", "Cache-Control: max-age=3600", "Age: 99999999999999999999");
        rows.fresh(AGE, "no number", "Cache-Control: max-age=3600", "Age: abc");
        rows.fresh(AGE, "a negative age", "Cache-Control: max-age=3600", "Age: -7200");
        rows.fresh(AGE, "a fraction", "Cache-Control: max-age=3600", "Age: 7200.0");
        rows.fresh(AGE, "something before the number", "Cache-Control: max-age=3600", "Age: a7200");
        rows.fresh(AGE, "something behind the number", "Cache-Control: max-age=3600", "Age: 7200a");
        rows.fresh(AGE, "a parameter", "Cache-Control: max-age=3600", "Age: 7200;foo=111");
        rows.fresh(AGE, "a quoted number", "Cache-Control: max-age=3600", "Age: \"7200\"");
        rows.fresh(AGE, "an empty age", "Cache-Control: max-age=3600", "Age: ");
        rows.fresh(AGE, "of a list the first", "Cache-Control: max-age=3600", "Age: 0, 7200");
        rows.stale(AGE, "of a list the first, an old one", "Cache-Control: max-age=3600", "Age: 7200, 0");
        rows.fresh(AGE, "of two lines the first", "Cache-Control: max-age=3600", "Age: 0", "Age: 7200");
        rows.stale(AGE, "of two lines the first, an old one", "Cache-Control: max-age=3600", "Age: 7200", "Age: 0");
        rows.fresh(AGE, "a broken first line", "Cache-Control: max-age=3600", "Age: abc", "Age: 7200");
        rows.stale(AGE, "a broken second line", "Cache-Control: max-age=3600", "Age: 7200", "Age: abc");
        rows.required(AGE, "it is generated, and counts on from the one received", talk -> {
            talk.ok("Cache-Control: max-age=3600", "Age: 30");
            talk.get().isMiss();
            talk.advance(12);
            talk.get().isHit().has("Age: 42");
        });
        rows.required("RFC 9111 4.2.3", "the age by the date", talk -> {
            talk.ok("Cache-Control: max-age=3600", "Date: @-100");
            talk.get().isMiss();
            talk.advance(5);
            talk.get().isHit().has("Age: 105");
        });
        rows.required("RFC 9110 6.6.1", "the date stays", talk -> {
            String date = talk.dates("Date: @0");
            talk.ok("Cache-Control: max-age=3600");
            talk.get().isMiss();
            talk.advance(100);
            talk.get().isHit().has(date);
        });
        rows.optimal("RFC 9111 4.2.3", "the delay of the response counts as age", talk -> {
            talk.plays((connection, head) -> {
                String text = talk.text(head, 200, "answer 1", "Cache-Control: max-age=3600", "no date");
                talk.advance(7);
                connection.write(text);
            });
            talk.get().isMiss();
            talk.get().isHit().has("Age: 7");
        });
    }

    private static void elapsed(CacheRow rows) {
        rows.required("RFC 9111 4.2", "it ends at the second", talk -> {
            talk.ok("Cache-Control: max-age=10").ok();
            talk.get().isMiss();
            talk.advance(9);
            talk.get().isHit();
            talk.advance(1);
            talk.get().isMiss();
        });
        rows.required("RFC 9111 4.2", "expires ends at the second", talk -> {
            talk.ok("Expires: @10").ok();
            talk.get().isMiss();
            talk.advance(9);
            talk.get().isHit();
            talk.advance(1);
            talk.get().isMiss();
        });
        rows.required("RFC 9111 4", "the newest response is used", talk -> {
            talk.ok("Cache-Control: max-age=2").ok("Cache-Control: max-age=60");
            talk.get().isMiss();
            talk.advance(3);
            talk.get().isMiss();
            talk.get().isHit(2);
        });
    }
}
