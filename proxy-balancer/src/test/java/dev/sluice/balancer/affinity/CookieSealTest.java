package dev.sluice.balancer.affinity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.affinity.CookieSeal.Content;
import dev.sluice.balancer.affinity.CookieSeal.Tag;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieSealTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);

    private final CookieSeal seal = new CookieSeal("srv", SECRET);

    @Test
    void aSealedValueIsRead() {
        Content content = new Content(seal.tag("a"), 1_767_225_600L, -2);
        String value = seal.seal(content.member(), content.issuedSeconds(), content.session());

        assertThat(value).hasSize(76).matches("[A-Za-z0-9_-]+");
        assertThat(seal.open(value)).isEqualTo(content);
    }

    /** Signed like the seal's own values, but with another version. */
    @ParameterizedTest
    @CsvSource({"1, true", "0, false", "2, false"})
    void oneVersionIsRead(byte version, boolean read) throws Exception {
        byte[] bytes = ByteBuffer.allocate(57).put(version).array();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        mac.update("Ssrv\0".getBytes(US_ASCII));
        mac.update(bytes, 0, 33);
        System.arraycopy(mac.doFinal(), 0, bytes, 33, 24);

        assertThat(seal.open(Base64.getUrlEncoder().encodeToString(bytes)) != null)
                .isEqualTo(read);
    }

    @Test
    void theCodeOfAMemberIsNeverAValidSignature() {
        long text = 0x4142434445464748L;
        byte[] sealed = Base64.getUrlDecoder().decode(seal.seal(new Tag(text, text), text, text));
        Tag tag = seal.tag(new String(sealed, 0, 33, US_ASCII));
        byte[] bytes =
                ByteBuffer.allocate(16).putLong(tag.high()).putLong(tag.low()).array();

        assertThat(bytes).isNotEqualTo(Arrays.copyOfRange(sealed, 33, 49));
    }
}
