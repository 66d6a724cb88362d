package dev.sluice.proxy.scope;

/** In an exchange whose request goes where its client wants, through a forward proxy: the answers are those of strangers. */
public enum ClientsChoice {
    /** It does. */
    YES
}
