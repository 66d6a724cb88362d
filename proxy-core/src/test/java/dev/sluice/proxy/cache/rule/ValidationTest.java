package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.date;
import static dev.sluice.proxy.cache.rule.Times.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredHead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §4.3.1, §4.3.3-5. */
class ValidationTest {
    private static final StoredHead A = head("ETag", "\"a\"", "Last-Modified", date(-100), "Date", date(-9));
    private static final StoredHead A_AGAIN = head("ETag", "\"a\"", "Date", date(-8), "X-Other", "1");
    private static final StoredHead B = head("ETag", "\"b\"", "Last-Modified", date(-50), "Date", date(-7));
    private static final StoredHead WEAK = head("ETag", "W/\"a\"", "Date", date(-6));
    private static final StoredHead DATED = head("Last-Modified", date(-100), "Date", date(-5));
    private static final StoredHead PLAIN = head();

    /** §4.3.1. */
    @Test
    void bothValidatorsOfOneStoredResponseAreSent() {
        Headers request = Validation.conditional(Headers.of("Accept", "*/*"), List.of(A));

        assertThat(request)
                .isEqualTo(Headers.of("Accept", "*/*", "If-None-Match", "\"a\"", "If-Modified-Since", date(-100)));
        assertThat(Validation.conditional(Headers.empty(), List.of(WEAK)).first("If-None-Match"))
                .hasValue("W/\"a\"");
        assertThat(Validation.conditional(Headers.empty(), List.of(DATED)))
                .isEqualTo(Headers.of("If-Modified-Since", date(-100)));
    }

    /** §4.3.1, §4.3.2. */
    @Test
    void theTagsOfSeveralStoredResponsesAreSentOnce() {
        assertThat(Validation.conditional(Headers.empty(), List.of(A, A_AGAIN, B, WEAK, DATED)))
                .isEqualTo(Headers.of("If-None-Match", "\"a\", \"b\", W/\"a\""));

        List<StoredHead> many = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            many.add(head("ETag", "\"" + i + "\""));
        }
        assertThat(Validation.conditional(Headers.empty(), many).list("If-None-Match"))
                .hasSize(20)
                .contains("\"0\"");
    }

    @Test
    void theClientsOwnConditionsAreNotSent() {
        Headers request =
                Headers.of("If-None-Match", "\"x\"", "if-none-match", "\"y\"", "If-Modified-Since", date(-1), "X", "1");

        assertThat(Validation.conditional(request, List.of(PLAIN))).isEqualTo(Headers.of("X", "1"));
        assertThat(Validation.conditional(request, List.of(A)).all("If-None-Match"))
                .containsExactly("\"a\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\"a", "W/a", "\"a\" \"b\""})
    void aMalformedValidatorIsNotSent(String tag) {
        StoredHead stored = head("ETag", tag, "Last-Modified", "yesterday");

        assertThat(Validation.conditional(Headers.empty(), List.of(stored))).isEqualTo(Headers.empty());
    }

    private static List<StoredHead> confirmed(Headers notModified, StoredHead... asked) {
        return Validation.confirmed(notModified, List.of(asked));
    }

    /** §4.3.4: all with the same strong validator, and none if there is none. */
    @Test
    void aStrongTagIsForAllThatHaveIt() {
        assertThat(confirmed(Headers.of("ETag", "\"a\""), B, A, WEAK, A_AGAIN)).containsExactly(A, A_AGAIN);
        assertThat(confirmed(Headers.of("ETag", "\"b\""), A, B)).containsExactly(B);
        assertThat(confirmed(Headers.of("ETag", "\"c\""), A, B)).isEmpty();
        assertThat(confirmed(Headers.of("ETag", "\"c\""), A)).isEmpty();
        assertThat(confirmed(Headers.of("ETag", "\"a\""), WEAK)).containsExactly(WEAK);
        assertThat(confirmed(Headers.of("ETag", "\"a\""), WEAK, B)).isEmpty();
    }

    /** §4.3.4: the most recent one. */
    @Test
    void aWeakValidatorIsForTheMostRecentThatHasIt() {
        assertThat(confirmed(Headers.of("ETag", "W/\"a\""), A, WEAK, A_AGAIN, B))
                .containsExactly(WEAK);
        assertThat(confirmed(Headers.of("ETag", "W/\"c\""), A, WEAK)).isEmpty();
        assertThat(confirmed(Headers.of("Last-Modified", date(-100)), A, DATED, B))
                .containsExactly(DATED);
        assertThat(confirmed(Headers.of("Last-Modified", date(-99)), A, DATED, B))
                .isEmpty();
    }

    /** §4.3.4: and what was asked about one response with its own validator is an answer about it. */
    @Test
    void withoutAValidatorItIsForTheOnlyOneThatWasAskedAbout() {
        assertThat(confirmed(Headers.empty(), PLAIN)).containsExactly(PLAIN);
        assertThat(confirmed(Headers.empty(), A)).containsExactly(A);
        assertThat(confirmed(Headers.empty(), A, B)).isEmpty();
        assertThat(confirmed(Headers.of("ETag", "malformed"), A)).isEmpty();
    }

    private static boolean byHead(StoredHead stored, String... fields) {
        return Validation.isConfirmedByHead(200, Headers.of(fields), stored, 10);
    }

    /** §4.3.5. */
    @Test
    void anAnswerToHeadConfirmsWhatHasItsValidatorsAndItsLength() {
        assertThat(byHead(A)).isTrue();
        assertThat(byHead(A, "ETag", "\"a\"")).isTrue();
        assertThat(byHead(A, "ETag", "\"a\"", "Last-Modified", date(-100), "Content-Length", "10"))
                .isTrue();
        assertThat(byHead(A, "ETag", "\"b\"")).isFalse();
        assertThat(byHead(A, "ETag", "W/\"a\"")).isFalse();
        assertThat(byHead(A, "Last-Modified", date(-99))).isFalse();
        assertThat(byHead(A, "ETag", "\"a\"", "Content-Length", "11")).isFalse();
        assertThat(byHead(A, "Content-Length", "10", "Content-Length", "11")).isFalse();
        assertThat(byHead(PLAIN, "ETag", "\"a\"")).isFalse();
        assertThat(byHead(head(404, "ETag", "\"a\""), "ETag", "\"a\"")).isFalse();
        assertThat(Validation.isConfirmedByHead(404, Headers.empty(), A, 10)).isFalse();
    }

    /** RFC 9111 §4.2.3, §4.3.4: from then on it is as fresh as what confirmed it. */
    @Test
    void aConfirmedResponseIsFreshAgain() {
        StoredHead stored = head("Cache-Control", "max-age=60", "Age", "30", "ETag", "\"a\"");
        StoredHead confirmed = stored.toBuilder()
                .headers(StoredFields.updated(
                        stored.headers(), Headers.of("Date", date(200)), Times.at(200), Policy.STRICT))
                .requestAt(Times.at(200))
                .responseAt(Times.at(200))
                .build();

        assertThat(Facts.of(stored, Policy.STRICT).isFresh(T0.plusSeconds(30))).isFalse();
        assertThat(Facts.of(confirmed, Policy.STRICT).isFresh(T0.plusSeconds(259)))
                .isTrue();
    }
}
