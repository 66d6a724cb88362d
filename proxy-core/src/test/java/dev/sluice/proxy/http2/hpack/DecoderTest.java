package dev.sluice.proxy.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderTest {
    private final List<String> found = new ArrayList<>();

    private boolean decode(Decoder decoder, String hex) throws HpackException {
        byte[] block = HexFormat.of().parseHex(hex);
        return decoder.decode(block, 0, block.length, (name, value, secret) -> found.add(name + ": " + value));
    }

    @ParameterizedTest
    @CsvSource({
        // An index that no table has (§2.3.3), and 0 (§6.1).
        "80, no table has the index 0",
        "be, no table has the index 62",
        "7f00, no table has the index 63",
        "ff80ffffff07, no table has the index",
        // Numbers (§5.1).
        "ffffffffffff7f, a number of more than 31 bits",
        "ffffffffff08, a number of more than 31 bits",
        "ff80808080808000, a number of more than 31 bits",
        "ff80, the block ends within a field",
        "ff, the block ends within a field",
        // Strings (§5.2).
        "40, the block ends within a field",
        "4001, a string of 1 bytes",
        "400261, a string of 2 bytes, where the block has 1 left",
        "4001610561, a string of 5 bytes, where the block has 1 left",
        "0082ffff00, a string does not end with a padding of up to 7 ones",
        "0081ff00, a string does not end with a padding of up to 7 ones",
        "00811800, a string does not end with a padding of up to 7 ones",
        "0084ffffffff00, the code of a string holds its end",
        // Changes of the table (§4.2, §6.3).
        "3fe21f, a table of 4097 bytes, where 4096 are allowed",
        "8220, a change of the table's size behind a field",
    })
    void whatCannotBeDecodedIsRefused(String hex, String why) {
        assertThatThrownBy(() -> decode(new Decoder(1000), hex))
                .isInstanceOf(HpackException.class)
                .hasMessageStartingWith(why);
    }

    @Test
    void theTableMayBeMadeSmallerAndLargerBeforeTheFields() throws Exception {
        Decoder decoder = new Decoder(1000);
        decode(decoder, "4001610162");
        decode(decoder, "203fe11f");
        assertThatThrownBy(() -> decode(decoder, "be")).hasMessageStartingWith("no table has the index 62");
    }

    @Test
    void aFieldThatIsLargerThanTheTableEmptiesIt() throws Exception {
        Decoder decoder = new Decoder(10_000);
        decode(decoder, "4001610162");
        decode(decoder, "4001617fa11f" + "62".repeat(4128));
        assertThat(found).hasSize(2);
        assertThatThrownBy(() -> decode(decoder, "be")).hasMessageStartingWith("no table has the index 62");
    }

    @Test
    void aListAboveItsLimitIsDecodedForTheTableAndDropped() throws Exception {
        Decoder decoder = new Decoder(2 * 34 - 1);
        assertThat(decode(decoder, "4001610162")).isTrue();
        assertThat(decode(decoder, "4001610163" + "4001610164" + "be")).isFalse();
        assertThat(found).containsExactly("a: b", "a: c");
        assertThat(decode(decoder, "bf")).isTrue();
        assertThat(found).endsWith("a: c");
        assertThat(decode(decoder, "be")).isTrue();
        assertThat(found).endsWith("a: d");
    }

    @Test
    void anEmptyBlockHasNoFields() throws Exception {
        assertThat(decode(new Decoder(0), "")).isTrue();
        assertThat(found).isEmpty();
    }
}
