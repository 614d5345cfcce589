INSERT INTO meta VALUES(1,X'a700fd53954e9e3871e4a9dabd34c800','source=file:/tmp/version_1/words.txt batch=24h split=space max-line=3B',1,1356998401000,2,1,1356998401005,X'0180fc038a80e2049ca1f68db6878df6180a85b6cde903',10,3,1,0,0,0,711093768);
INSERT INTO sink VALUES('stdout',1,NULL,NULL,NULL,1013284582);
INSERT INTO sink_format VALUES('stdout',1,'tsv',-1);
