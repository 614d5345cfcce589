INSERT INTO meta VALUES(1,X'72194843961a7405eeef99005d0a30dc','source=file:/tmp/version_1/words.txt batch=1s split=space max-line=1MiB',1,1356998401004,2,2,1356998403000,X'0180fc038a80e204afcfafffa5878df6180cb0a2d8880e',12,0,2,0,0,0,126109242);
INSERT INTO batch VALUES(2,1356998402000,1356998403000,0,0,0,1,4,1,1,1,1,73862873);
INSERT INTO counts VALUES(2,1,1,3307223770,X'0374776f01');
INSERT INTO sink VALUES('file:/tmp/version_1/out.tsv',2,65024,9994290,0,1151078586);
INSERT INTO sink VALUES('sqlite:/tmp/version_1/out.db',2,NULL,NULL,NULL,3756700274);
INSERT INTO sink_format VALUES('file:/tmp/version_1/out.tsv',1,'tsv',-1);
INSERT INTO sink_format VALUES('sqlite:/tmp/version_1/out.db',1,'tsv',-1);
