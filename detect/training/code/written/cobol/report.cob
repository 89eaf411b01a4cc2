       IDENTIFICATION DIVISION.
       PROGRAM-ID. REPORT1.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT CUSTOMER-FILE ASSIGN TO "CUST.DAT"
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  CUSTOMER-FILE.
       01  CUSTOMER-RECORD.
           05  CUST-ID             PIC 9(6).
           05  CUST-NAME           PIC X(30).
           05  CUST-BALANCE        PIC S9(7)V99 COMP-3.
       WORKING-STORAGE SECTION.
       77  WS-EOF                  PIC X VALUE 'N'.
       01  WS-TOTALS.
           05  WS-COUNT            PIC 9(5) VALUE ZERO.
           05  WS-SUM              PIC S9(9)V99 VALUE ZEROES.
       PROCEDURE DIVISION.
       MAIN-PARAGRAPH.
           OPEN INPUT CUSTOMER-FILE
           PERFORM UNTIL WS-EOF = 'Y'
               READ CUSTOMER-FILE
                   AT END MOVE 'Y' TO WS-EOF
                   NOT AT END PERFORM ADD-UP
               END-READ
           END-PERFORM
           CLOSE CUSTOMER-FILE
           DISPLAY "CUSTOMERS: " WS-COUNT
           STOP RUN.
       ADD-UP.
           ADD 1 TO WS-COUNT
           COMPUTE WS-SUM = WS-SUM + CUST-BALANCE
           IF CUST-BALANCE < ZERO
               DISPLAY CUST-NAME " OWES " CUST-BALANCE
           END-IF.
