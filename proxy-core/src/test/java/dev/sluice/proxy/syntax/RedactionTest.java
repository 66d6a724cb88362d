package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/a?token=x&b=1 | /a?token=***&b=1",
                "/a?b=1&TOKEN=x,y;z'\"<q | /a?b=1&TOKEN=***",
                "/a?%74oken=x | /a?%74oken=***",
                "/a?user[password]=x | /a?user[password]=***",
                "/a?resetToken=x | /a?resetToken=***",
                "/a?X-Amz-Signature=x&X-Amz-Date=1 | /a?X-Amz-Signature=***&X-Amz-Date=1",
                "/a?a=1;token=x&b=2 | /a?a=***&b=2",
                "/a?token | /a?token",
                "/a?next=%2Fb%3Ftoken%3Dx&c=1 | /a?next=***&c=1",
                "/a?next=%252Fb%253Ftoken%253Dx | /a?next=***",
                "/a?next=/b?token=x | /a?next=***",
                "/a?next=https%3A%2F%2Fme%3Apw%40h%2F | /a?next=***",
                "/a?next=%2Fb%3Fc%3Dd | /a?next=%2Fb%3Fc%3Dd",
                "/a?a==&b=%zz | /a?a==&b=%zz",
                "/a?a=100%25&b=YWJj== | /a?a=100%25&b=YWJj==",
                "/a?a=%25252525 | /a?a=***",
                "/a;jsessionid=x/b;c=1 | /a;jsessionid=***/b;c=1",
                "/reset/eyJhbGciOi.eyJzdWIiOi.c2ln/b | /reset/***/b",
                "/a?t=eyJhbGciOi.eyJzdWIiOi.c2ln&b=1 | /a?t=***&b=1",
                "/a?t=Bearer%20abc&b=1 | /a?t=***&b=1",
                "/a?t=-----BEGIN+PRIVATE+KEY-----abc | /a?***",
                "http://me:pw@a.test/x | http://a.test/x",
                "http://me:p@w@a.test?a=b | http://a.test?a=b",
                "/a#token=x | /a",
                "/a@b?c=d@e | /a@b?c=d@e",
                "/page?q=basic&key_word=1 | /page?q=basic&key_word=1",
            })
    void inAUrl(String url, String shown) {
        assertThat(Redaction.DEFAULT.url(url)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "</a?token=x>; rel=next, </b?c=1> | </a?token=***>; rel=next, </b?c=1>",
                "5; url=/a?sig=x | 5; url=***",
                "https://me:pw@h/#access_token=x&b=1 | https://h/#access_token=***&b=1",
                "a=\"b c\", password=\"x y\", d=1 | a=\"b c\", password=***, d=1",
                "Bearer abc.def-ghi | Bearer ***",
                "bAsIc YTpi, x | bAsIc ***, x",
                "jwt eyJhbGciOi.eyJzdWIiOi.c2ln | jwt ***",
                "-----BEGIN RSA PRIVATE KEY-----MIIE | ***",
                "Mozilla/5.0 (X11; U=1) #7 a@b | Mozilla/5.0 (X11; U=1) #7 a@b",
                "for=192.0.2.1;proto=https | for=192.0.2.1;proto=https",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 | 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            })
    void inAnyOtherText(String text, String shown) {
        assertThat(Redaction.DEFAULT.text(text)).isEqualTo(shown);
    }

    /** Whoever sends the worst of texts makes the proxy work for it no longer than for others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a", "a.", "eyJ", "eyJa.", "%25", "=", "a=", "://", "@", "bearer", "bearer ", "\"", "a=\"", "?&",
                "a=%3D"
            })
    void aLongTextTakesTimeInProportionToItsLength(String part) {
        String text = part.repeat(60_000 / part.length());

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Redaction.DEFAULT.url("/?" + text);
            Redaction.DEFAULT.url("/" + text);
            Redaction.DEFAULT.text(text);
        });
    }

    @Test
    void manyParametersAreHiddenEach() {
        assertThat(Redaction.DEFAULT.query("token=a&".repeat(1_000))).isEqualTo("token=***&".repeat(1_000));
    }
}
