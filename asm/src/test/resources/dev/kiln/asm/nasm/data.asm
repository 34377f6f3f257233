bits 64
 db 1,2,'abc',"d",`a\n\x41\u263a\0\33`,-1,255,-128
 db 'its', ''
 dw 'abc', 5, 1.5, -2.0, 65535
 dd 1.0, -2.5e10, 'abcd', 'abcde', 1e-40, 3.4028234e38
 dq 1.5, 0x1.8p3, 1e-310, 5e-324, 1.7976931348623157e308, 123456789.123456789, 0.1
 dq __?Infinity?__, -__?Infinity?__, __?QNaN?__, __?SNaN?__
 dd __?Infinity?__, __?NaN?__
 dt 3.14159, 1e4000, 'abc', -0.5
 do 2.71828, 1e-4000
 db 1.5
 dq 4 dup (5), 'abcdefghij'
 db 2 dup (1,"ab",2 dup (7))
 dd 3 dup (?)
 dq 0ffh, 0x0ff, $0ff, 777o, 777q, 0o777, 0q17, 1010b, 0b1010, 1010y, 0y11, 99d, 0d99, 99t, 0t99, 1_000_000, 0hff
 dq 'a', 'ab', "abcdefgh", `\n`
 dq 'a' + 1, 'ab' * 2 - 'c', ~0, !0, !5, -1 >> 1, -1 >>> 1, -7 // 2, -7 %% 3, 7 % 4
 resb 3
 resw 2
 resd 1
 resq 1
 rest 1
 reso 1
 db \
   5, \
   6
 dd 1 ; a comment \
 that goes on
 times 3 dw 1, 2
x: times 5 db $-x
 times (64 - ($-$$) % 64) % 64 db 0xaa
 dd x, $, $$, $-x, x-$$
 dw x
 dw byte 5
 db word 5, 6, dword -1
 db 2 dup byte (1, word 2)
 db %(1, 2, 3)
 dw byte (?, 44)
 dw byte %(1, 2), 3 dup (0xcc, 4 dup byte ('PQR'), ?), 0xabcd
 db 7 dup dword (1, word 2, 3)
 db (44)
 db %(33), (5)
 db 2 dup word %(1, 2)
 dw byte "abc"
 db qword $, dword 7
