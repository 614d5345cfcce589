INSERT INTO meta VALUES(1,X'e922110018a3b2c6c13f97b0f74569cb','source=file:/tmp/version_1/words.txt batch=24h split=space max-line=1MiB',1,1356998401001,2,1,1356998401013,X'0180fc038a80e204aea5a5efb5878df61804bcfaccb306',4,1,1,0,0,0,600223677);
INSERT INTO sink VALUES('stdout',1,NULL,NULL,NULL,1013284582);
INSERT INTO sink_format VALUES('stdout',1,'tsv',-1);
