package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.at;
import static dev.sluice.proxy.cache.rule.Times.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §3.1, §3.2. */
class StoredFieldsTest {
    private static Headers stored(String... fields) {
        return StoredFields.of(Headers.of(fields), T0, Policy.STRICT);
    }

    private static Headers updated(Headers stored, String... newer) {
        return StoredFields.updated(stored, Headers.of(newer), at(100), Policy.STRICT);
    }

    /** §3.1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Set-Cookie",
                "X-Unknown",
                "Content-Type",
                "Content-Encoding",
                "Age",
                "Vary",
                "Via",
                "Cache-Status",
                "ETag",
                "Warning",
                "WWW-Authenticate",
                "CDN-Cache-Control",
                "Pragma"
            })
    void allFieldsAreStored(String name) {
        assertThat(stored(name, "x", name, "y").all(name)).containsExactly("x", "y");
    }

    /** §3.1; RFC 9110 §7.6.1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "TE",
                "Transfer-Encoding",
                "Upgrade",
                "Trailer",
                "Proxy-Authenticate",
                "Proxy-Authentication-Info",
                "Proxy-Authorization",
                "Content-Length"
            })
    void whatEndsWithTheConnectionAndWhatIsForAProxyIsNot(String name) {
        assertThat(stored(name, "1").has(name)).isFalse();
    }

    /** §3.1. */
    @Test
    void whatConnectionNamesIsNotStored() {
        Headers stored =
                stored("Connection", "x-one, close", "Connection", "X-Two", "X-One", "1", "x-two", "2", "X-Three", "3");

        assertThat(stored.has("X-One") || stored.has("X-Two")).isFalse();
        assertThat(stored.has("X-Three")).isTrue();
    }

    /** §5.2.2.4, §5.2.2.7: names are compared without case. */
    @Test
    void fieldsThatPrivateOrNoCacheNamesAreNotStored() {
        Headers stored = stored(
                "Cache-Control",
                "private=\"SET-Cookie\", no-cache=\"x-user, X-Mail\"",
                "Set-Cookie",
                "a",
                "Set-Cookie",
                "b",
                "X-User",
                "u",
                "x-mail",
                "m",
                "X-Other",
                "o");

        assertThat(stored.has("Set-Cookie") || stored.has("X-User") || stored.has("X-Mail"))
                .isFalse();
        assertThat(stored.has("X-Other")).isTrue();
        assertThat(stored.has("Cache-Control")).isTrue();
    }

    @Test
    void namesInATargetedFieldCountInsteadOfThoseInCacheControl() {
        Headers response = Headers.of(
                "CDN-Cache-Control", "private=\"x-a\"", "Cache-Control", "private=\"x-b\"", "X-A", "1", "X-B", "2");
        Policy policy = Policy.STRICT.withTargets(List.of("CDN-Cache-Control"));

        assertThat(StoredFields.of(response, T0, policy).has("X-A")).isFalse();
        assertThat(StoredFields.of(response, T0, policy).has("X-B")).isTrue();
    }

    /** RFC 9110 §6.6.1. */
    @Test
    void aDateIsAddedIfThereIsNoneThatCanBeRead() {
        assertThat(stored().all("Date")).containsExactly(date(0));
        assertThat(stored("Date", "x").all("Date")).containsExactly(date(0));
        assertThat(stored("Date", date(-5)).all("Date")).containsExactly(date(-5));
    }

    /** §3.2, §4.3.4. */
    @Test
    void eachFieldOfANewerResponseReplacesThatOfTheSameName() {
        Headers stored = stored(
                "X-A", "1", "x-a", "2", "X-B", "b", "Content-Type", "text/html", "ETag", "\"1\"", "Set-Cookie", "a");

        Headers updated = updated(
                stored,
                "X-a",
                "3",
                "X-C",
                "4",
                "X-C",
                "5",
                "Content-Type",
                "text/plain",
                "ETag",
                "\"2\"",
                "Date",
                date(99));

        assertThat(updated.all("X-A")).containsExactly("3");
        assertThat(updated.all("X-B")).containsExactly("b");
        assertThat(updated.all("X-C")).containsExactly("4", "5");
        assertThat(updated.all("Content-Type")).containsExactly("text/plain");
        assertThat(updated.all("ETag")).containsExactly("\"2\"");
        assertThat(updated.all("Set-Cookie")).containsExactly("a");
        assertThat(updated.all("Date")).containsExactly(date(99));
    }

    /** §3.2. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "Content-Encoding", "Content-Range", "Transfer-Encoding"})
    void whatDescribesTheStoredBodyStays(String name) {
        Headers stored = Headers.of("Date", date(0), "Content-Encoding", "gzip");

        assertThat(updated(stored, name, "7").all(name)).isEqualTo(stored.all(name));
    }

    /** §3.2: what is not stored is not added either. */
    @Test
    void whatIsNotStoredDoesNotUpdate() {
        Headers stored = stored("X-A", "1", "X-B", "1", "Keep-Alive", "1");

        Headers updated = updated(
                stored,
                "Connection",
                "x-a",
                "X-A",
                "2",
                "Keep-Alive",
                "2",
                "Proxy-Authenticate",
                "2",
                "Cache-Control",
                "private=\"x-b\"",
                "X-B",
                "2");

        assertThat(updated.all("X-A")).containsExactly("1");
        assertThat(updated.has("X-B")).isFalse();
        assertThat(updated.has("Keep-Alive") || updated.has("Proxy-Authenticate"))
                .isFalse();
    }

    /** §4.2.3: the age counts from the last validation. */
    @Test
    void theAgeIsThatOfTheNewerResponse() {
        Headers stored = stored("Age", "500", "Date", date(-500));

        assertThat(updated(stored).has("Age")).isFalse();
        assertThat(updated(stored).all("Date")).containsExactly(date(100));
        assertThat(updated(stored, "Age", "7").all("Age")).containsExactly("7");
    }
}
