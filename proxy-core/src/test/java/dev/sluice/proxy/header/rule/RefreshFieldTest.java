package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshFieldTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "5; url=/a       | 5; url=</a>",
                "0;URL=/a        | 0;URL=</a>",
                "0,url=/a        | 0,url=</a>",
                "1.5 ; Url = /a  | 1.5 ; Url = </a>",
                "5 url=/a        | 5 url=</a>",
                "5; /a           | 5; </a>",
                "5; urlx         | 5; <urlx>",
                "5; url='/a'     | 5; url='</a>'",
                "5; url=\"/a\"b  | 5; url=\"</a>\"b",
                "5; url='/a      | 5; url='</a>",
                "5; '/a'         | 5; '</a>'",
                "5; url=         | 5; url=<>"
            })
    void onlyTheReferenceChanges(String value, String changed) {
        assertThat(RefreshField.rewrite(value, reference -> '<' + reference + '>'))
                .isEqualTo(changed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 ", "url=/a", "x; url=/a", "5x; url=/a", "; url=/a"})
    void aValueWithoutATimeOrAReferenceStays(String value) {
        assertThat(RefreshField.rewrite(value, reference -> "changed")).isEqualTo(value);
    }
}
